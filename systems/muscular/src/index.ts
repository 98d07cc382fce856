export { type ExecuteOptions, Muscle, type MuscleOptions, type Validation, type Work } from './muscle.ts';
export { onEvent, type Tendon } from './tendon.ts';
export { BadOutputError } from './errors.ts';
