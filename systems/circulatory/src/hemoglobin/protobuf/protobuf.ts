import { messageOf } from '@organism/cell';
import type { Envelope } from '../../envelope.ts';
import { type AnyBone, ByBone } from '../bones.ts';
import { envelopeOf } from '../envelope.ts';
import { NotEncodableError } from '../../errors.ts';
import { DamagedMessageError, UnknownSchemaError } from '../errors.ts';
import type { Format } from '../format.ts';
import { headOf } from '../header.ts';
import { load } from '../library.ts';
import { versionHeader } from '../../heart/topic.ts';
import { planOf, type ProtoOptions } from './map.ts';
import type { MessagePlan } from './plan.ts';
import { MessageReader } from './read.ts';
import { envelopeFields } from './to-proto.ts';
import { type WireLibrary, wireType } from './wire.ts';
import { writeMessage } from './write.ts';

/** Fields of an envelope by number; data is the rest. */
interface Fields {
  readonly texts: Map<number, string>;
  readonly headers: [string, string][];
  data: Uint8Array;
}

const textFields = new Set<number>([
  envelopeFields.id,
  envelopeFields.type,
  envelopeFields.source,
  envelopeFields.time,
  envelopeFields.key,
]);

const readHeader = ({ BinaryReader }: WireLibrary, bytes: Uint8Array): [string, string] => {
  const reader = new BinaryReader(bytes);
  const entry: [string, string] = ['', ''];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if ((number === 1 || number === 2) && wire === wireType.bytes) entry[number - 1] = reader.string(true);
    else reader.skip(wire, number);
  }
  return entry;
};

const readFields = (library: WireLibrary, bytes: Uint8Array): Fields => {
  const reader = new library.BinaryReader(bytes);
  const fields: Fields = { texts: new Map(), headers: [], data: new Uint8Array() };
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire !== wireType.bytes) reader.skip(wire, number);
    else if (textFields.has(number)) fields.texts.set(number, reader.string(true));
    else if (number === envelopeFields.headers) fields.headers.push(readHeader(library, reader.bytes()));
    else if (number === envelopeFields.data) fields.data = reader.bytes();
    else reader.skip(wire, number);
  }
  return fields;
};

/** What a malformed part is refused with. */
const attempt = <T>(work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    throw new DamagedMessageError('its payload is no protobuf of its kind', { cause });
  }
};

/**
 * Protocol Buffers: an `Envelope` with the Bone's message in it, as {@link toProto} describes them.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export const protobufFormat = (
  bones: readonly AnyBone[],
  proto: Readonly<Record<string, ProtoOptions>> = {},
): Format => {
  const library = load('@bufbuild/protobuf/wire', 'protobuf') as WireLibrary;
  const plans = new ByBone<MessagePlan>(bones, (bone) => planOf(bone, proto[bone.name]));
  const head = headOf('protobuf');

  const write = (envelope: Envelope): Buffer => {
    const { id, type, source, time, key, headers, data } = envelope;
    const plan = plans.get(envelope);
    if (plan === undefined) throw new NotEncodableError(type, 'the codec was not given its Bone');
    const writer = new library.BinaryWriter().raw(head);
    try {
      for (const [number, text] of [
        [envelopeFields.id, id],
        [envelopeFields.type, type],
        [envelopeFields.source, source],
        [envelopeFields.time, time],
      ] as const)
        writer.tag(number, wireType.bytes).string(text);
      if (key !== undefined) writer.tag(envelopeFields.key, wireType.bytes).string(key);
      for (const [name, value] of Object.entries(headers)) {
        writer.tag(envelopeFields.headers, wireType.bytes).fork();
        writer.tag(1, wireType.bytes).string(name).tag(2, wireType.bytes).string(value).join();
      }
      writer.tag(envelopeFields.data, wireType.bytes).fork();
      writeMessage(writer, plan, data, '');
      writer.join();
    } catch (cause) {
      throw new NotEncodableError(type, messageOf(cause), { cause });
    }
    const bytes = writer.finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  };

  const read = (bytes: Buffer, start: number): Envelope => {
    const { texts, headers: entries, data } = attempt(() => readFields(library, bytes.subarray(start)));
    const headers = Object.fromEntries(entries);
    const type = texts.get(envelopeFields.type);
    // What is empty is left out on the wire by those who follow the rule of proto3.
    const textOf = (number: number): string => texts.get(number) ?? '';
    if (type === undefined) throw new DamagedMessageError('its type is no text');
    const plan = plans.get({ type, headers });
    if (plan === undefined)
      throw new UnknownSchemaError(`${JSON.stringify(type)} version ${headers[versionHeader] ?? 1}`);
    const value = attempt(() => new MessageReader(library).message(data, plan));
    const [id, source, time] = [textOf(envelopeFields.id), textOf(envelopeFields.source), textOf(envelopeFields.time)];
    const key = texts.get(envelopeFields.key);
    return envelopeOf({ id, type, source, time, data: value, ...(key !== undefined && { key }), headers });
  };

  return { name: 'protobuf', writerFor: () => ({ head, write }), readerFor: () => ({ head, read }) };
};
