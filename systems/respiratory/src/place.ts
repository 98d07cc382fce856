/** File, line and column where `callee` was called; undefined on hosts that don't tell. Only for messages. */
export const placeOfCall = (callee: (...parameters: never[]) => unknown): string | undefined => {
  const { captureStackTrace } = Error as { captureStackTrace?: (target: object, above: unknown) => void };
  const holder: { stack?: string } = {};
  captureStackTrace?.(holder, callee);
  return /^\s*at (?:.*\()?([^()\n]+)\)?$/m.exec(holder.stack ?? '')?.[1];
};
