export { type ContractCase, storeContract, StoreContractError, type StoreUnderTest } from './store-contract.ts';
