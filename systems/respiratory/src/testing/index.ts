export { bronchusChecks, type BronchusSubject } from './bronchus-checks.ts';
export { ContractError, type DriverCheck } from './check.ts';
export { oxygenDriverChecks, type OxygenDriverSubjects } from './oxygen-checks.ts';
export type { AnyMuscle } from '../bronchi/muscles.ts';
