export {
  ContractError,
  oxygenDriverChecks,
  type OxygenDriverCheck,
  type OxygenDriverSubjects,
} from './oxygen-checks.ts';
