/** File, line and column where `callee` was called; undefined on hosts that don't tell. Only for messages. */
export const placeOfCall = (callee: (...parameters: never[]) => unknown): string | undefined => {
  const { captureStackTrace } = Error as { captureStackTrace?: (target: object, above: unknown) => void };
  const holder: { stack?: string } = {};
  captureStackTrace?.(holder, callee);
  const line = holder.stack?.split('\n').find((text) => text.trimStart().startsWith('at '));
  return line === undefined ? undefined : (/\(([^()]+)\)\s*$/.exec(line)?.[1] ?? line.trim().slice('at '.length));
};
