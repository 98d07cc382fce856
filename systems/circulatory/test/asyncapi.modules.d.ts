/** What the parser's own types import, and do not bring along. */
declare module 'node-fetch' {
  export type RequestInit = globalThis.RequestInit;
}
