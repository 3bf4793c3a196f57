import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelHost } from '../model/model-host.ts'
import { type Agent, type LlmAgent, modelsOf } from './agent.ts'
import { loadJinjaAgent, loadPromptyAgent } from './load-llm-agent.ts'
import { loadRulesAgent } from './load-rules-agent.ts'

/** What makes a folder an agent; the first that is there decides which kind. */
const kinds = ['agent.prompty', 'agent.jinja2', 'agent.yaml'] as const

/**
 * Loads every folder in `directory` that is an agent, in the order of their names. An agent whose
 * model cannot be asked is `skipped`; its files are checked all the same.
 * @param only names of the agents to load; an unknown one is an error
 * @param models left out, there is no connection to any model
 */
export async function loadAgents(
  directory: string,
  only?: string[],
  models?: Pick<ModelHost, 'gap'>,
): Promise<Agent[]> {
  const names = await listAgents(directory)
  const unknown = only?.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new UserFacingError(
      'unknown-agent',
      `There is no agent ${unknown}. There are: ${names.join(', ')}.`,
    )
  }
  const wanted = names.filter((name) => only === undefined || only.includes(name))
  return Promise.all(wanted.map((name) => loadAgent(path.join(directory, name), models)))
}

/** Names of the folders that are agents, sorted. @throws UserFacingError no-agents */
export async function listAgents(directory: string): Promise<string[]> {
  if (!existsSync(directory)) {
    throw new UserFacingError('no-agents', `There is no folder ${directory}. Check the path.`)
  }
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => kindOf(path.join(directory, name)) !== undefined)
    .toSorted()
  if (names.length > 0) return names
  throw new UserFacingError(
    'no-agents',
    `There is no agent in ${directory}. An agent is a folder with an agent.yaml or an agent.prompty.`,
  )
}

function kindOf(folder: string): (typeof kinds)[number] | undefined {
  return kinds.find((file) => existsSync(path.join(folder, file)))
}

async function loadAgent(folder: string, models?: Pick<ModelHost, 'gap'>): Promise<Agent> {
  switch (kindOf(folder)) {
    case 'agent.prompty':
      return skipWithoutModel(await loadPromptyAgent(folder), models)
    case 'agent.jinja2':
      return skipWithoutModel(await loadJinjaAgent(folder), models)
    case 'agent.yaml':
    case undefined:
      return loadRulesAgent(folder)
  }
}

function skipWithoutModel(agent: LlmAgent, models?: Pick<ModelHost, 'gap'>): Agent {
  const { name, type } = agent
  for (const alias of modelsOf(agent)) {
    const reason = models
      ? models.gap(alias)
      : `it asks the model ${alias}, and no model is connected; name it in proofloop.config.ts`
    // It becomes a part of a sentence.
    if (reason !== null)
      return { status: 'skipped', name, type, reason: reason.replace(/\.$/u, '') }
  }
  return agent
}
