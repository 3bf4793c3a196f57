import type { StdioOptions } from 'node:child_process'
import { enclose, type EnclosedCommand, libraries, type SystemWalls } from './enclosure.ts'

/** What stands between a flow's process and the world. */
export type Walls = SystemWalls & {
  /** Node's permission model: reads the flow; no writing, no process, no worker, no addon. */
  permission: boolean
  /** `node:sqlite` opens files past the permission model. */
  sqlite: boolean
  environment: Record<string, string>
  /** A number: what it writes goes there, to a file that is open. */
  stdio: 'ignore' | number
}

/** The folders of one flow's process. */
export type Place = {
  /** With the flow's files; read by it. */
  flow: string
  /** An empty folder where a file system can be put together. */
  root: string
  node: string
  /** The module that is run, in `flow`. */
  entry: string
  /** Of the heap, in bytes. */
  memory: number
}

export type Command = EnclosedCommand & {
  env: Record<string, string>
  stdio: StdioOptions
}

/** The command that starts a flow's process behind its walls. */
export function commandBehind(walls: Walls, place: Place): Command {
  const { environment: env, stdio } = walls
  const { node, root, flow } = place
  const enclosed = enclose(walls, {
    root,
    shown: [...libraries, { from: node, to: '/node' }, { from: flow, to: '/flow' }],
    inside: ['/node', ...nodeArgs(walls, place, '/flow')],
    outside: [node, ...nodeArgs(walls, place, flow)],
  })
  return { ...enclosed, env, stdio: ['ignore', stdio, stdio, 'pipe'] }
}

function nodeArgs(walls: Walls, { entry, memory }: Place, flow: string): string[] {
  return [
    ...(walls.permission ? ['--permission', `--allow-fs-read=${flow}`, '--no-addons'] : []),
    ...(walls.sqlite ? ['--no-experimental-sqlite'] : []),
    '--disable-sigusr1',
    `--max-old-space-size=${Math.ceil(memory / 2 ** 20)}`,
    `${flow}/${entry}`,
  ]
}
