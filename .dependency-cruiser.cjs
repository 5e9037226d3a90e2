// Who may import whom (docs/architecture.md). The list of rooms is read from platform/rooms.ts, so that there is one.
const { readFileSync } = require('node:fs');
const rooms = [...readFileSync('platform/rooms.ts', 'utf8').matchAll(/^ {2}'([a-z]+)',$/gm)].map((match) => match[1]);

const test = '\\.test\\.tsx?$|/testing\\.ts$';

/** Browser-safe files of a room that the web may use at run time (pure data and functions, no server code). */
const browserSafe = '^platform/(words/index|rights/permissions|formula/[a-z-]+|context/types|history/local-time)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'rooms-by-their-door',
      comment: 'A room is entered only by its index.ts (its api.ts and endpoints.ts are data for both sides).',
      severity: 'error',
      from: { path: '^platform/([^/]+)/', pathNot: test },
      to: {
        path: '^platform/([^/]+)/',
        pathNot: ['^platform/$1/', '^platform/[^/]+/index\\.ts$', '^platform/http/endpoints\\.ts$', '/api\\.ts$'],
      },
    },
    ...rooms.map((room, index) => ({
      name: `room-order-${room}`,
      comment: 'A room may know those before it in platform/rooms.ts, never those after it.',
      severity: 'error',
      from: { path: `^platform/${room}/`, pathNot: test },
      to: { path: `^platform/(${rooms.slice(index + 1).join('|') || 'none'})/` },
    })),
    {
      name: 'platform-knows-no-system',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^(systems|server|web|simulation)/' },
    },
    {
      name: 'systems-know-platform-doors',
      severity: 'error',
      from: { path: '^systems/([^/]+)/', pathNot: `${test}|/pages/` },
      to: {
        path: '^(platform|systems|web|server|simulation)/',
        pathNot: ['^systems/$1/', '^platform/[^/]+/(index|api)\\.ts$', '^platform/http/endpoints\\.ts$'],
      },
    },
    {
      name: 'pages-know-the-kit',
      comment: 'Pages may use the kit, pure domain functions of their system, and types.',
      severity: 'error',
      from: { path: '^systems/([^/]+)/pages/', pathNot: test },
      to: {
        path: '^(platform|systems|web|server|simulation)/',
        pathNot: ['^systems/$1/pages/', '^systems/$1/[a-z-]+\\.ts$', '^web/kit/', browserSafe],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'web-is-browser-code',
      severity: 'error',
      from: { path: '^web/', pathNot: `${test}|^web/(vite|worker)\\.config\\.ts$|^web/kit/stories/` },
      to: {
        path: '^(platform|systems|server|simulation)/',
        pathNot: [
          browserSafe,
          '^systems/[^/]+/(advice|entities|air-quality|water-quality|limits|ballots|board|credentials|initiative-types|suggest|models|quality-words)\\.ts$',
          '^systems/[^/]+/pages/',
          '/api\\.ts$',
          '^platform/http/endpoints\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-node-in-the-browser',
      severity: 'error',
      from: { path: '^(web/|systems/[^/]+/pages/)', pathNot: `${test}|^web/(vite|worker)\\.config\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-the-kit-knows-the-widgets',
      severity: 'error',
      from: { pathNot: '^web/kit/' },
      to: { path: 'node_modules/(@mantine|echarts|maplibre-gl)/' },
    },
    {
      name: 'nothing-imports-server',
      severity: 'error',
      from: { pathNot: '^(server|tests|bench)/' },
      to: { path: '^server/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
