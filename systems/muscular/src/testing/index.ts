export {
  crashAtEveryStep,
  type CrashOutcome,
  type CrashPoint,
  type CrashReport,
  type CrashSubject,
} from './crash-at-every-step.ts';
export { type ContractRunner, journalContract, type JournalSubject } from './journal-contract.ts';
