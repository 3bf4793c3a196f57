import { createHash } from 'node:crypto'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { type AgentFile, readAgentFile, readAgentFileIfThere } from './agent-file.ts'
import type { LlmAgent, ModelPrompt } from './agent.ts'
import { splitFrontMatter } from './front-matter.ts'
import { ConsolidatorConfig, JinjaAgentConfig, LlmAgentConfig } from './llm-agent-config.ts'
import { compilePrompt, type Prompt } from './prompt-messages.ts'
import { compileTemplate, type TemplateSource } from './prompt-template.ts'
import { parseYaml } from './read-yaml.ts'

const reviewerVariables = ['guidelines', 'paragraphs', 'type']
const consolidatorVariables = ['guidelines', 'paragraphs', 'type', 'candidates']

/** Loads a folder with an agent.prompty, a guidelines.md and a consolidator.prompty. */
export async function loadPromptyAgent(folder: string): Promise<LlmAgent> {
  const name = path.basename(folder)
  const at = (file: string): string => path.join(folder, file)
  const agent = await readAgentFile(at('agent.prompty'))
  const guidelines = await readAgentFileIfThere(at('guidelines.md'))
  const judge = await readAgentFileIfThere(at('consolidator.prompty'))
  const { yaml, body } = splitFrontMatter(agent.text)
  if (yaml.text.trim() === '') {
    throw new UserFacingError(
      'agent-file-invalid',
      `${agent.name}: it has no front matter: begin it with a line ---, lines that say model.id and metadata.type, and another line ---.`,
    )
  }
  const {
    metadata,
    model,
    name: own = name,
  } = parseYaml({ ...yaml, name: agent.name }, LlmAgentConfig)
  if (own !== name) {
    throw new UserFacingError(
      'agent-file-invalid',
      `${agent.name}: name: it says ${own}, but the folder is ${name}. Make them equal.`,
    )
  }
  const texts = { type: metadata.type, guidelines: guidelines?.text.trim() ?? null }
  const reviewer = { ...body, file: agent.name }
  return {
    status: 'loaded',
    engine: 'llm',
    name,
    type: metadata.type,
    minScore: metadata.minScore,
    languages: metadata.languages ?? null,
    hash: hashOf([agent, guidelines, judge]),
    shots: metadata.shots,
    guidelines: texts.guidelines ?? '',
    reviewer: {
      alias: model.id,
      parameters: model.options,
      prompt: compileTried(reviewer, reviewerVariables, texts),
    },
    consolidator: judge && loadConsolidator(judge, model.id, texts),
  }
}

/** What prompts are rendered with; null when there is no file of guidelines. */
type Texts = { type: string; guidelines: string | null }

/** It asks the agent's model unless it names its own; the agent's options are for finding, not judging. */
function loadConsolidator(file: AgentFile, alias: string, texts: Texts): ModelPrompt {
  const { yaml, body } = splitFrontMatter(file.text)
  const config =
    yaml.text.trim() === '' ? {} : parseYaml({ ...yaml, name: file.name }, ConsolidatorConfig)
  return {
    alias: config.model?.id ?? alias,
    parameters: config.model?.options ?? {},
    prompt: compileTried({ ...body, file: file.name }, consolidatorVariables, texts),
  }
}

/** Loads the three Jinja2 files of the reference app, as they are, with an agent.yaml if there is one. */
export async function loadJinjaAgent(folder: string): Promise<LlmAgent> {
  const name = path.basename(folder)
  const at = (file: string): string => path.join(folder, file)
  const settings = await readAgentFileIfThere(at('agent.yaml'))
  const agent = await readAgentFile(at('agent.jinja2'))
  const guide = await readAgentFileIfThere(at('guidelines.jinja2'))
  const judge = await readAgentFileIfThere(at('consolidator.jinja2'))
  const config = settings
    ? parseYaml({ ...settings, firstLine: 1 }, JinjaAgentConfig)
    : JinjaAgentConfig.parse({})
  const type = config.type ?? titleOf(name)
  const guidelines = guide && compileTemplate(sourceOf(guide), ['type']).render({ type }).trim()
  const texts = { type, guidelines }
  return {
    status: 'loaded',
    engine: 'llm',
    name,
    type,
    minScore: config.minScore,
    languages: config.languages ?? null,
    hash: hashOf([settings, agent, guide, judge]),
    shots: config.shots,
    guidelines: guidelines ?? '',
    reviewer: {
      alias: config.model.id,
      parameters: config.model.options,
      prompt: compileTried(sourceOf(agent), reviewerVariables, texts),
    },
    consolidator: judge && {
      alias: config.model.id,
      parameters: {},
      prompt: compileTried(sourceOf(judge), consolidatorVariables, texts),
    },
  }
}

function sourceOf({ name, text }: AgentFile): TemplateSource {
  return { text, file: name, firstLine: 1 }
}

/** `definitive-language` or `definitive_language` → `Definitive Language`. */
function titleOf(folder: string): string {
  const words = folder.split(/[-_]+/).filter((word) => word !== '')
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(' ')
}

/** Rendered once, so that a template which fails does so when it is loaded and not on page 90. */
function compileTried(
  source: TemplateSource,
  variables: string[],
  { type, guidelines }: Texts,
): Prompt {
  const prompt = compilePrompt(source, variables)
  if (prompt.uses.has('guidelines') && guidelines === null) {
    throw new UserFacingError(
      'agent-file-missing',
      `${source.file}: it uses {{ guidelines }}, but there is no file of guidelines beside it.`,
    )
  }
  const samples = { paragraphs: '[0] One.', candidates: '{}' }
  const values = { type, guidelines: guidelines ?? '', ...samples }
  const messages = prompt.render(values)
  if (messages.every(({ content }) => content.trim() === '')) {
    throw new UserFacingError('prompt-invalid', `${source.file}: the prompt is empty.`)
  }
  return prompt
}

function hashOf(files: (AgentFile | null)[]): string {
  const hash = createHash('sha256')
  for (const file of files) {
    if (file) hash.update(JSON.stringify([path.basename(file.name), file.text]))
  }
  return hash.digest('hex')
}
