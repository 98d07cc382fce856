import type * as autocomplete from '@codemirror/autocomplete';
import type * as commands from '@codemirror/commands';
import type * as language from '@codemirror/language';
import type * as lint from '@codemirror/lint';
import type * as search from '@codemirror/search';
import type * as state from '@codemirror/state';
import type * as view from '@codemirror/view';
import type * as highlight from '@lezer/highlight';
import { missing } from '../base/engine.ts';

/** The packages that the engine is made of. */
export interface Libraries {
  readonly state: typeof state;
  readonly view: typeof view;
  readonly commands: typeof commands;
  readonly language: typeof language;
  readonly search: typeof search;
  readonly autocomplete: typeof autocomplete;
  readonly lint: typeof lint;
  readonly highlight: typeof highlight;
}

/** @throws {EngineError} when one of them is not there. */
export const loadLibraries = async (): Promise<Libraries> => {
  const packages = await Promise.all([
    import('@codemirror/state').catch(missing('@codemirror/state')),
    import('@codemirror/view').catch(missing('@codemirror/view')),
    import('@codemirror/commands').catch(missing('@codemirror/commands')),
    import('@codemirror/language').catch(missing('@codemirror/language')),
    import('@codemirror/search').catch(missing('@codemirror/search')),
    import('@codemirror/autocomplete').catch(missing('@codemirror/autocomplete')),
    import('@codemirror/lint').catch(missing('@codemirror/lint')),
    import('@lezer/highlight').catch(missing('@lezer/highlight')),
  ]);
  return {
    state: packages[0],
    view: packages[1],
    commands: packages[2],
    language: packages[3],
    search: packages[4],
    autocomplete: packages[5],
    lint: packages[6],
    highlight: packages[7],
  };
};
