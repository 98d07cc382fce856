import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

const root = posix.join(import.meta.dirname.replaceAll('\\', '/'), '../..');

/** The folder of the repository that a page's text comes from. */
const folderOf = (page: string): string => {
  if (page === 'index.md') return '';
  const name = /^reference\/([\w-]+)\.md$/.exec(page)?.[1];
  if (name === undefined) return posix.join('docs', posix.dirname(page));
  return name === 'skin-elements' ? 'skin/elements' : `systems/${name}`;
};

/** The page of the site that shows a file of the repository, if any. */
const pageOf = (file: string): string | undefined => {
  const path = file.replace(/\/(README\.md)?$/, '');
  if (path === 'skin/elements') return '/reference/skin-elements';
  if (path === 'benchmarks/results') return '/measured';
  if (path === 'docs/decisions') return '/decisions/0001-toolchain';
  const system = /^systems\/([\w-]+)$/.exec(path)?.[1];
  if (system !== undefined) return `/reference/${system}`;
  return path.startsWith('docs/') && path.endsWith('.md') ? `/${path.slice(5, -3)}` : undefined;
};

/**
 * Links in READMEs are written for the repository. Those to what the site shows too lead there; the others are shown
 * with the path of the file that they mean, and one that leads nowhere fails the build.
 */
export const repositoryLinks = (markdown: MarkdownRenderer): void => {
  markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
    const page = (env as { relativePath?: string }).relativePath ?? '';
    for (const { children } of tokens) {
      let isOutside = false;
      for (const token of children ?? []) {
        if (token.type === 'link_close' && isOutside) {
          token.tag = 'span';
          isOutside = false;
        }
        const href = token.type === 'link_open' ? (token.attrGet('href') ?? '') : '';
        if (href === '' || /^([a-z]+:|#|\/)/.test(href) || page.startsWith('reference/api/')) continue;
        const [path = '', anchor] = href.split('#');
        const file = posix.join(folderOf(page), path);
        if (!existsSync(posix.join(root, file))) throw new Error(`${page}: the link ${href} leads nowhere.`);
        const target = pageOf(file);
        if (target !== undefined) token.attrSet('href', anchor === undefined ? target : `${target}#${anchor}`);
        else {
          isOutside = true;
          token.tag = 'span';
          token.attrs = [['title', file]];
        }
      }
    }
    // The pictures of the README lie beside the site's pages.
    for (const token of tokens)
      if (page === 'index.md' && token.type === 'html_block')
        token.content = token.content.replaceAll(/(src|srcset)="docs\//g, '$1="./');
  });
};
