import type { Walls } from '../../src/flow/isolate/walls.ts'

/** How what comes with a change gets to run, by the name of the attack. */
export const checkoutCommands: Record<string, readonly string[]> = {
  'package install script': ['npm', 'install', '--offline', '--foreground-scripts'],
  'test command': ['npm', 'test'],
  'config file': [
    'node',
    '--input-type=module',
    '--eval',
    "await import(process.cwd() + '/proofloop.config.ts')",
  ],
}

type Removed = {
  walls: Partial<Pick<Walls, 'network' | 'files' | 'processes'>> & {
    user?: null
    environment?: true
  }
  /** What its author gets without it. */
  got: string[]
}

/** Each wall around a checkout, and what comes through where it is taken away. */
export const checkoutWalls: Record<string, Removed> = {
  network: { walls: { network: false }, got: ['abstract', 'tcp', 'udp'] },
  'files, user': {
    walls: { files: false, user: null },
    got: ['checkout', 'data', 'files', 'unix'],
  },
  'processes, user': { walls: { processes: false, user: null }, got: ['signal'] },
  'empty environment': { walls: { environment: true }, got: ['key'] },
}
