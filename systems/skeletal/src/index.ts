export { Bone, type BoneOptions, type Immutable } from './bone.ts';
