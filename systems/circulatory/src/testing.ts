export {
  ContractError,
  type DriverCheck,
  heartDriverChecks,
  type HeartDriverCheckOptions,
} from './testing/contract.ts';
