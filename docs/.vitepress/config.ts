import { defineConfig } from 'vitepress';
import { repositoryLinks } from './repository-links.ts';

const decisions = [
  ['Toolchain', '0001-toolchain'],
  ['Zod beneath Bones', '0002-zod-beneath-bones'],
  ['Events without code generation', '0003-events-without-code-generation'],
  ['Lit for elements', '0004-lit-for-elements'],
  ['The reference app’s dependencies', '0005-reference-app-dependencies'],
  ['Tests and benchmarks', '0006-tests-and-benchmarks'],
  ['node:http', '0007-node-http'],
  ['Own resilience policies', '0008-own-resilience-policies'],
  ['A deterministic scheduler', '0009-deterministic-scheduler'],
  ['lru-cache and Piscina', '0010-lru-cache-and-piscina'],
  ['Durable execution', '0011-durable-execution'],
  ['Clients of brokers, and codecs', '0012-broker-clients'],
  ['Libraries beneath the protocols', '0013-protocol-libraries'],
  ['Engines of heavy elements', '0014-engines-of-heavy-elements'],
] as const;
const packages = [
  'cell',
  'skeletal',
  'homeostasis',
  'metabolic',
  'nervous',
  'muscular',
  'circulatory',
  'respiratory',
  'testing',
] as const;

export default defineConfig({
  title: 'Organism',
  description: 'Declare a shape once, and every organ understands it.',
  cleanUrls: true,
  markdown: { config: repositoryLinks },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Architecture', link: '/architecture' },
      { text: 'Packages', link: '/reference/cell' },
      { text: 'API', link: '/reference/api/' },
      { text: 'Measured', link: '/measured' },
      { text: 'Decisions', link: '/decisions/0001-toolchain' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Start here', link: '/' },
          { text: 'Architecture', link: '/architecture' },
          { text: 'Build a circuit', link: '/guides/circuits' },
          { text: 'Adaptive routing', link: '/guides/adaptive-routing' },
          { text: 'Shared state and gates', link: '/guides/state-and-gates' },
          { text: 'Workflows, schedules, machines', link: '/guides/workflows' },
          { text: 'The HTTP client', link: '/guides/http-client' },
          { text: 'An HTTP server behind a proxy', link: '/guides/http-server' },
          { text: 'Events and channels', link: '/guides/channels' },
          { text: 'Glossary', link: '/glossary' },
          { text: 'Measured', link: '/measured' },
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
