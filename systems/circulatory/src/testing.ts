export {
  ContractError,
  ContractLateError,
  type DriverCheck,
  type DriverClock,
  heartDriverChecks,
  type HeartDriverCheckOptions,
  type LeasesAtClose,
} from './testing/contract.ts';
