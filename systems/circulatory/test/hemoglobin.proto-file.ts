// Reads the part of proto3 that toProto writes, into a descriptor for the library's own runtime.
import { create, createFileRegistry, type FileRegistry } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  file_google_protobuf_timestamp,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

const scalars: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  bytes: Type.BYTES,
  bool: Type.BOOL,
  double: Type.DOUBLE,
  float: Type.FLOAT,
  int32: Type.INT32,
  uint32: Type.UINT32,
  int64: Type.INT64,
  uint64: Type.UINT64,
};

const field =
  /^(optional |repeated )?(map<(\w+), ([\w.]+)>|[\w.]+) ([a-z]\w*) = (\d+)(?: \[json_name = ("[^"]*")\])?;$/;

const camelCase = (name: string): string => name.replaceAll(/_+(.)/g, (_, letter: string) => letter.toUpperCase());

/** A registry of a `.proto` text. Throws for a line that is not understood. */
export const registryOf = (text: string): FileRegistry => {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'));
  let pkg = '';
  const file = create(FileDescriptorProtoSchema, { name: 'test.proto', syntax: 'proto3' });

  /** A type's kind and full name: a scalar, the enumeration or message of a scope, or one in full. */
  const resolve = (name: string, scope: DescriptorProto, path: string): { type: Type; typeName?: string } => {
    const scalar = scalars[name];
    if (scalar !== undefined) return { type: scalar };
    if (name.startsWith('.')) return { type: Type.MESSAGE, typeName: name };
    if (name.startsWith('google.')) return { type: Type.MESSAGE, typeName: `.${name}` };
    if (scope.enumType.some((one) => one.name === name)) return { type: Type.ENUM, typeName: `${path}.${name}` };
    if (scope.nestedType.some((one) => one.name === name)) return { type: Type.MESSAGE, typeName: `${path}.${name}` };
    throw new Error(`No type ${name} in ${path}.`);
  };

  const parseEnum = (name: string): EnumDescriptorProto => {
    const made = create(EnumDescriptorProtoSchema, { name });
    for (let line = lines.shift() ?? ''; line !== '}'; line = lines.shift() ?? '') {
      if (line.startsWith('reserved ')) continue;
      const [, value = '', number] = /^([A-Z]\w*) = (\d+);$/.exec(line) ?? [];
      if (number === undefined) throw new Error(`Not a value: ${line}`);
      made.value.push({
        $typeName: 'google.protobuf.EnumValueDescriptorProto',
        name: value,
        number: Number(number),
      } as never);
    }
    return made;
  };

  const parseMessage = (name: string, outer: string): DescriptorProto => {
    const path = `${outer}.${name}`;
    const made = create(DescriptorProtoSchema, { name });
    for (let line = lines.shift() ?? ''; line !== '}'; line = lines.shift() ?? '') {
      const [, kind, inner = ''] = /^(message|enum) (\w+) \{(?:\})?$/.exec(line) ?? [];
      if (kind === 'enum') made.enumType.push(parseEnum(inner));
      else if (kind === 'message') made.nestedType.push(parseMessage(inner, path));
      else if (!line.startsWith('reserved ')) {
        const [, label = '', type = '', key, value, fieldName = '', number, json] = field.exec(line) ?? [];
        if (number === undefined) throw new Error(`Not a field: ${line}`);
        const base = {
          name: fieldName,
          number: Number(number),
          label: label === 'repeated ' || key !== undefined ? Label.REPEATED : Label.OPTIONAL,
          jsonName: json === undefined ? camelCase(fieldName) : (JSON.parse(json) as string),
        };
        if (key !== undefined && value !== undefined) {
          const entryName = `${fieldName.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}Entry`;
          const part = (partName: string, partNumber: number, of: string) =>
            create(FieldDescriptorProtoSchema, {
              name: partName,
              jsonName: partName,
              number: partNumber,
              label: Label.OPTIONAL,
              ...resolve(of, made, path),
            });
          made.nestedType.push(
            create(DescriptorProtoSchema, {
              name: entryName,
              field: [part('key', 1, key), part('value', 2, value)],
              options: { mapEntry: true },
            }),
          );
          const typeName = `${path}.${entryName}`;
          made.field.push(create(FieldDescriptorProtoSchema, { ...base, type: Type.MESSAGE, typeName }));
        } else {
          const isOptional = label === 'optional ';
          if (isOptional)
            made.oneofDecl.push({ $typeName: 'google.protobuf.OneofDescriptorProto', name: `_${fieldName}` } as never);
          const oneof = isOptional ? { proto3Optional: true, oneofIndex: made.oneofDecl.length - 1 } : {};
          made.field.push(create(FieldDescriptorProtoSchema, { ...base, ...oneof, ...resolve(type, made, path) }));
        }
      }
    }
    return made;
  };

  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name] = /^message (\w+) \{$/.exec(line) ?? [];
    if (name !== undefined) file.messageType.push(parseMessage(name, `.${pkg}`));
    else if (line.startsWith('package ')) file.package = pkg = line.slice(8, -1);
    else if (line.startsWith('import ')) file.dependency.push('google/protobuf/timestamp.proto');
    else if (line !== 'syntax = "proto3";') throw new Error(`Not understood: ${line}`);
  }
  return createFileRegistry(file, (path) =>
    path === 'google/protobuf/timestamp.proto' ? file_google_protobuf_timestamp : undefined,
  );
};
