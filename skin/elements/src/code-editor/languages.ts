import type { Extension } from '@codemirror/state';
import { missing } from '../base/engine.ts';
import type { CodeLanguage } from './contract.ts';

const javascript = (typescript: boolean) => async (): Promise<Extension> => {
  const library = await import('@codemirror/lang-javascript').catch(missing('@codemirror/lang-javascript'));
  return library.javascript({ jsx: true, typescript });
};

const languages: Readonly<Record<CodeLanguage, () => Promise<Extension>>> = {
  javascript: javascript(false),
  typescript: javascript(true),
  json: async () => (await import('@codemirror/lang-json').catch(missing('@codemirror/lang-json'))).json(),
  html: async () => (await import('@codemirror/lang-html').catch(missing('@codemirror/lang-html'))).html(),
  css: async () => (await import('@codemirror/lang-css').catch(missing('@codemirror/lang-css'))).css(),
  markdown: async () =>
    (await import('@codemirror/lang-markdown').catch(missing('@codemirror/lang-markdown'))).markdown(),
  sql: async () => (await import('@codemirror/lang-sql').catch(missing('@codemirror/lang-sql'))).sql(),
  yaml: async () => (await import('@codemirror/lang-yaml').catch(missing('@codemirror/lang-yaml'))).yaml(),
  python: async () => (await import('@codemirror/lang-python').catch(missing('@codemirror/lang-python'))).python(),
};

const aliases: Readonly<Record<string, CodeLanguage>> = {
  js: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  tsx: 'typescript',
  htm: 'html',
  md: 'markdown',
  yml: 'yaml',
  py: 'python',
};

/** Loads what knows a language; a name that nobody knows stands for plain text. */
export const loadLanguage = async (name: string): Promise<Extension> => {
  const key = name.toLowerCase();
  const known = Object.hasOwn(aliases, key) ? aliases[key] : key;
  return Object.hasOwn(languages, known ?? '') ? languages[known as CodeLanguage]() : [];
};
