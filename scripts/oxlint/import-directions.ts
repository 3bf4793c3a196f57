import path from 'node:path'
import { definePlugin, defineRule, type ESTree } from '@oxlint/plugins'

/**
 * Who may import whom, lowest layer first. Every folder may import itself. A folder that is missing
 * here fails the lint, so that adding one is a decision. ARCHITECTURE.md explains each line.
 */
const base = ['schema', 'lib']
const run = ['flow', 'agent', 'model', 'document', ...base]
const features = [
  'dataset',
  'evaluation',
  'place',
  'gate',
  'deployment',
  'collector',
  'feedback',
  'labelling',
  'monitoring',
  'change',
  'access',
  'job',
  'review',
  'environment',
]
const allowed: Record<string, string[]> = {
  lib: [],
  schema: [],
  place: base,
  store: base,
  model: base,
  document: base,
  agent: ['model', 'document', ...base],
  flow: ['agent', 'model', 'document', ...base],
  access: ['store', ...base],
  job: ['store', ...base],
  review: ['access', 'job', 'store', ...run],
  environment: ['access', 'dataset', 'job', 'store', ...run],
  dataset: ['store', 'document', ...base],
  evaluation: ['place', 'dataset', 'job', 'store', ...run],
  collector: ['store', ...base],
  feedback: ['evaluation', 'store', ...base],
  labelling: ['access', 'dataset', 'evaluation', 'feedback', 'store', ...base],
  gate: ['evaluation', 'dataset', 'store', ...run],
  deployment: ['gate', 'evaluation', 'collector', 'store', ...run],
  monitoring: ['collector', 'feedback', 'gate', 'evaluation', 'store', ...base],
  change: [
    'access',
    'deployment',
    'environment',
    'gate',
    'evaluation',
    'dataset',
    'feedback',
    'job',
    'monitoring',
    'store',
    ...run,
  ],
  server: [...features, 'store', ...run],
  cli: ['server', ...features, 'store', ...run],
  web: ['schema', 'place'],
  vscode: ['schema'],
  examples: [],
}
/** What `import type` may reach besides: types are erased, so no code crosses the boundary. */
const allowedTypes: Record<string, string[]> = { web: ['server'], vscode: ['server'] }

function folderOf(file: string): string | undefined {
  const [top, second, ...rest] = path.relative(process.cwd(), file).split(path.sep)
  if (top === 'src') return rest.length > 0 ? second : undefined
  return top !== undefined && top in allowed ? top : undefined
}

const importDirections = defineRule({
  create(context) {
    const from = folderOf(context.filename)
    if (from === undefined) return {}
    const values = allowed[from]
    if (values === undefined) {
      return {
        Program: (node) =>
          context.report({ node, message: `${from}/ is not in the import table.` }),
      }
    }
    const types = [...values, ...(allowedTypes[from] ?? [])]

    const check = (node: ESTree.Node, specifier: unknown, kind = 'value'): void => {
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return
      const to = folderOf(path.resolve(path.dirname(context.filename), specifier))
      const targets = kind === 'type' ? types : values
      if (to === undefined || to === from || targets.includes(to)) return
      const may = targets.join(', ') || 'nothing'
      context.report({ node, message: `${from}/ may not import ${to}/. It may import: ${may}.` })
    }

    return {
      ImportDeclaration: (node) => check(node, node.source.value, node.importKind),
      ImportExpression: (node) =>
        check(node, node.source.type === 'Literal' ? node.source.value : undefined),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind),
    }
  },
})

export default definePlugin({
  meta: { name: 'house' },
  rules: { 'import-directions': importDirections },
})
