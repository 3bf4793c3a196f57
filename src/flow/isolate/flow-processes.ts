import { UserFacingError } from '../../lib/errors.ts'
import type { FlowServices } from '../flow-services.ts'
import {
  FlowProcess,
  type FlowProcessOptions,
  type ProcessRun,
  type Ready,
} from './flow-process.ts'
import type { StartProcess } from './isolated-process.ts'

type Request = { document: string; repeat: number }

/** One process for all documents, started anew when it ended, and others for those that it took along. */
export type FlowProcesses = {
  /** @throws UserFacingError flow-not-started */
  ready: Promise<Ready>
  run(request: Request, services: FlowServices): Promise<ProcessRun>
  kill(): void
}

export function startFlowProcesses(
  startOne: StartProcess,
  options: FlowProcessOptions,
): FlowProcesses {
  const all = new Set<FlowProcess>()
  function start(): FlowProcess {
    const started = new FlowProcess(startOne, options)
    all.add(started)
    return started
  }
  function end(process: FlowProcess): void {
    process.kill()
    all.delete(process)
  }
  let shared = start()
  function inShared(): FlowProcess {
    if (!shared.isOver) return shared
    all.delete(shared)
    shared = start()
    return shared
  }

  /** Whoever ended the process that it was in, it was not alone there. */
  async function runAlone(request: Request, services: FlowServices): Promise<ProcessRun> {
    const alone = start()
    try {
      return await runIn(alone, request, services)
    } finally {
      end(alone)
    }
  }

  return {
    ready: shared.ready,
    async run(request, services) {
      const result = await runIn(inShared(), request, services)
      return result.isProcessOver ? runAlone(request, services) : result
    },
    kill() {
      for (const process of all) end(process)
    },
  }
}

async function runIn(
  process: FlowProcess,
  request: Request,
  services: FlowServices,
): Promise<ProcessRun> {
  try {
    await process.ready
    return await process.run(request, services)
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error
    const refusals = error.code === 'isolation-failed' ? ['internal'] : []
    return { output: null, failure: 'flow-ended', refusals, isProcessOver: true }
  }
}
