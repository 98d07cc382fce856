import type { Route, RouteDocument } from '@organism/respiratory';

const header = (name: string, description: string, required = true): Readonly<Record<string, unknown>> => ({
  name,
  in: 'header',
  required,
  schema: { type: 'string' },
  description,
});
const version = header('Tus-Resumable', '1.0.0');

const documents: Readonly<Record<string, RouteDocument>> = {
  'POST collection': {
    operationId: 'begin-upload',
    summary: 'Begin to upload a GeoJSON file of earthquakes; the answer’s Location is where its bytes go',
    status: 201,
    parameters: [
      version,
      header('Upload-Length', 'Bytes of the whole'),
      header('Upload-Metadata', '`filename` and its name in base64'),
    ],
    problems: { 413: 'The file is too large', 415: 'The file is not GeoJSON', 429: 'Too many uploads are under way' },
  },
  'HEAD one': {
    operationId: 'find-upload',
    summary: 'How far an upload is: its Upload-Offset',
    status: 200,
    parameters: [version],
    problems: { 404: 'There is no such upload', 410: 'It has expired' },
  },
  'PATCH one': {
    operationId: 'continue-upload',
    summary: 'Send bytes from an offset on',
    parameters: [
      version,
      header('Upload-Offset', 'Where these bytes begin'),
      header('Content-Type', 'application/offset+octet-stream'),
      header('Upload-Checksum', 'Algorithm and sum in base64', false),
    ],
    problems: { 404: 'There is no such upload', 409: 'The upload is at another offset', 410: 'It has expired' },
  },
  'DELETE one': {
    operationId: 'end-upload',
    summary: 'Throw an upload away',
    parameters: [version],
    problems: { 404: 'There is no such upload' },
  },
};

/** What the API document says of a route of the uploads. @see https://tus.io/protocols/resumable-upload, version 1.0.0 */
export const uploadDocument = ({ method, path }: Pick<Route, 'method' | 'path'>): Pick<Route, 'document'> => {
  const document = documents[`${method} ${path.endsWith('/:id') ? 'one' : 'collection'}`];
  return document === undefined ? {} : { document: { tags: ['Uploads'], ...document } };
};
