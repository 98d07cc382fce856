import type * as z from 'zod';

type Definition = z.core.$ZodTypeDef & Readonly<Record<string, unknown>>;

/** A schema's definition, as the schema library keeps it. */
export const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as Definition;

/** Whether something is a schema of the library beneath. */
export const isSchema = (value: unknown): value is z.core.$ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value;

/** The schemas directly inside a schema. */
export const childrenOf = (schema: z.core.$ZodType): z.core.$ZodType[] => {
  const children: z.core.$ZodType[] = [];
  for (const [key, value] of Object.entries(definitionOf(schema))) {
    if (key === 'checks') continue;
    if (isSchema(value)) children.push(value);
    else if (Array.isArray(value)) children.push(...value.filter(isSchema));
    else if (key === 'shape') children.push(...Object.values(value as object).filter(isSchema));
    else if (key === 'getter' && typeof value === 'function') children.push((value as () => z.core.$ZodType)());
  }
  return children;
};

/** Whether a schema turns values in both directions. */
export const isCodec = (schema: z.core.$ZodType): boolean => definitionOf(schema)['reverseTransform'] !== undefined;

/** Whether there is a codec anywhere in a schema. */
export const hasCodec = (schema: z.core.$ZodType, seen: Set<z.core.$ZodType> = new Set()): boolean => {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return isCodec(schema) || childrenOf(schema).some((child) => hasCodec(child, seen));
};
