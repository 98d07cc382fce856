import { defineConfig } from 'vitepress';

const decisions = [
  ['Toolchain', '0001-toolchain'],
  ['Zod beneath Bones', '0002-zod-beneath-bones'],
  ['Events without code generation', '0003-events-without-code-generation'],
  ['Lit for elements', '0004-lit-for-elements'],
  ['The reference app’s dependencies', '0005-reference-app-dependencies'],
  ['Tests and benchmarks', '0006-tests-and-benchmarks'],
  ['node:http', '0007-node-http'],
] as const;
const packages = ['cell', 'skeletal', 'nervous', 'muscular', 'respiratory', 'testing'] as const;

export default defineConfig({
  title: 'Organism',
  description: 'Declare a shape once, and every organ understands it.',
  cleanUrls: true,
  // The package pages come from READMEs, whose links suit the repository.
  ignoreDeadLinks: true,
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Architecture', link: '/architecture' },
      { text: 'Packages', link: '/reference/cell' },
      { text: 'API', link: '/reference/api/' },
      { text: 'Decisions', link: '/decisions/0001-toolchain' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Start here', link: '/' },
          { text: 'Architecture', link: '/architecture' },
          { text: 'Glossary', link: '/glossary' },
        ],
      },
      {
        text: 'Packages',
        items: [
          ...packages.map((name) => ({ text: name, link: `/reference/${name}` })),
          { text: 'skin-elements', link: '/reference/skin-elements' },
          { text: 'API', link: '/reference/api/' },
        ],
      },
      {
        text: 'Decisions',
        collapsed: true,
        items: decisions.map(([text, file]) => ({ text, link: `/decisions/${file}` })),
      },
    ],
  },
});
