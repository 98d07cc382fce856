import type { JsonSchema } from '@organism/skeletal';

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });

/** The attributes that every message has, and those that it may have. @see CloudEvents 1.0.2 */
export const cloudEventHeaders: JsonSchema = {
  type: 'object',
  description: 'Attributes of the message, by their names in CloudEvents 1.0.2',
  required: ['specversion', 'id', 'source', 'type', 'time'],
  properties: {
    specversion: { type: 'string', const: '1.0' },
    id: text('Unique within the source; the same for every delivery', { minLength: 1 }),
    source: text('Who sent it', { format: 'uri-reference', minLength: 1 }),
    type: text('The topic', { minLength: 1 }),
    time: text('When it was published', { format: 'date-time' }),
    datacontenttype: text('Media type of the payload'),
    partitionkey: text('Messages of one key are handled in the order in which they were published'),
    correlationid: text('Of the request that began it all'),
    causationid: text('Of the message that led to this one'),
    traceparent: text('W3C Trace Context', { pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' }),
    tracestate: text('W3C Trace Context'),
    'x-schema-version': text('Version of the payload’s shape, when it is not 1', { pattern: '^[1-9][0-9]*$' }),
  },
};
