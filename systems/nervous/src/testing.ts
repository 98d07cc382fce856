export { ContractError, type DriverCheck, stateDriverChecks } from './glia/astrocyte/contract.ts';
