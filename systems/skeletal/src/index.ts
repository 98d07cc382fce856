export {
  Bone,
  type BoneOptions,
  type EvolveOptions,
  type InputOf,
  type OutputOf,
  type ValidationResult,
} from './bone.ts';
export { deepFreeze, type Immutable } from './immutable.ts';
export { type Issue, type IssueCode, toPointer } from './issues.ts';
export { bigintString, isoDate } from './codecs.ts';
export type { JsonSchema, JsonSchemaOptions } from './json-schema.ts';
export { BoneError, NotRepresentableError, ValidationError } from './errors.ts';
export { field, type FieldMetadata, type FieldSchema, fieldsOf, mask, type Sensitivity } from './fields.ts';
export { compatibility, type Compatibility, type CompatibilityReason } from './compatibility.ts';
export { Joint, type JointKind, type JointOptions, type JointProblem } from './joint.ts';
export type { StandardProps, StandardResult } from './standard-schema.ts';
