import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { type OrganismError, type ProblemDetails } from '@organism/cell';
import { sendableProblem } from '../problem.ts';
import { codeOf, httpStatusOf } from './status.ts';

/** Binary trailer with the problem document, as JSON. */
const trailer = 'problem-bin';
/** Trailers travel in one frame with bounds of their own; longer documents lose their extensions. */
const longest = 6000;

/** What a client is told of an error. */
export const toStatus = (error: OrganismError): StatusObject => {
  const whole = sendableProblem(error);
  const { type, title, status, detail, code } = whole;
  const text = JSON.stringify(whole);
  const short = JSON.stringify({ type, title, status, code, detail: detail?.slice(0, 1000) });
  const metadata = new Metadata();
  metadata.set(trailer, Buffer.from(text.length > longest ? short : text));
  return { code: codeOf(status), details: (detail ?? title).slice(0, 1000), metadata };
};

/** The problem document of an error that a server sent; made up from its code where it sent none. */
export const problemOfStatus = ({ code, details, metadata }: ServiceError): ProblemDetails => {
  const [bytes] = metadata?.get(trailer) ?? [];
  if (bytes instanceof Uint8Array) {
    try {
      const given = JSON.parse(Buffer.from(bytes).toString()) as ProblemDetails;
      if (typeof given.code === 'string' && typeof given.status === 'number' && typeof given.title === 'string')
        return given;
    } catch {
      // The code says enough.
    }
  }
  const status = httpStatusOf(code);
  return {
    type: 'about:blank',
    title: `gRPC status ${code}`,
    status,
    code: 'RESPIRATORY_STATUS',
    ...(status < 500 && { detail: details }),
  };
};
