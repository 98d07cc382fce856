import type { Cluster } from 'node:cluster';
import type * as Crypto from 'node:crypto';
import type * as Http from 'node:http';
import type * as Http2 from 'node:http2';
import type * as Https from 'node:https';
import type * as Tls from 'node:tls';

/**
 * Node's `http`. An `import` of it reads every name that the module has, also those that it makes on demand, and so loads
 * a client of WebSockets: 14 MB of memory in each process.
 */
export const http: typeof Http = process.getBuiltinModule('node:http');

/** Node's `https`, loaded when it is used: 5 MB that a server behind a proxy doesn't need. */
export const https = (): typeof Https => process.getBuiltinModule('node:https');

/** Node's `tls`, loaded when it is used: 10 to 20 ms of a start, as an `import` reads every name of it. */
export const tls = (): typeof Tls => process.getBuiltinModule('node:tls');

/** Node's `crypto`, loaded when it is used: 8 ms of a start. */
export const crypto = (): typeof Crypto => process.getBuiltinModule('node:crypto');

/** Node's `http2`, loaded when it is used: 10 MB. */
export const http2 = (): typeof Http2 => process.getBuiltinModule('node:http2');

/** Node's `cluster`, loaded when it is used. Its declarations have it as the module's default only. */
export const cluster = (): Cluster => process.getBuiltinModule('node:cluster') as unknown as Cluster;
