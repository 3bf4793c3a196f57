import { z } from 'zod'
import { ModelConnections } from './config.ts'

/** Where flows run: engineers at work, changes under test, what people use. */
export const EnvironmentName = z.enum(['dev', 'test', 'prod'])
export type EnvironmentName = z.infer<typeof EnvironmentName>

/** Null: no limit. A month is one of UTC. */
const EnvironmentBudget = z.strictObject({
  currency: z.string().min(1).max(20).default('USD'),
  perMonth: z.number().nonnegative().nullable().default(null),
  perPersonAndMonth: z.number().nonnegative().nullable().default(null),
})
export type EnvironmentBudget = z.infer<typeof EnvironmentBudget>

/** At most a week. */
const Minutes = z.number().positive().max(10_080).nullable()

/** Null: as the connections say, or none. */
const EnvironmentLimits = z.strictObject({
  /** The most that any account at a provider is asked in 60 seconds. */
  requestsPerMinute: z.number().positive().nullable().default(null),
  /** Of input and output together. */
  tokensPerMinute: z.number().positive().nullable().default(null),
  /** What runs in the environment may cost; beside the limits that operators set for everything. */
  budget: EnvironmentBudget.nullable().default(null),
  /** How long one review may run. */
  reviewMinutes: Minutes.default(null),
  /** How long one evaluation may run. */
  evaluationMinutes: Minutes.default(null),
})

/** What runs at once, and what the machine must have for it. */
const EnvironmentCapacity = z.strictObject({
  /** Reviews at once, in each process that works. */
  reviews: z.int().positive().default(2),
  /** Evaluations at once, in each process that works. */
  evaluations: z.int().positive().default(1),
  /** Requests under way at once to any account at a provider; null: as the connections say. */
  requests: z.int().positive().nullable().default(null),
  processors: z.int().positive().default(1),
  memoryMb: z.int().positive().default(1024),
  /** Free where documents are kept. */
  freeDiskMb: z.int().positive().default(1024),
})

const Days = z.number().positive().nullable()

/** Null: for ever. */
const EnvironmentRetention = z.strictObject({
  /** How old the newest backup may be; null: none is asked for. */
  backupHours: z.number().positive().nullable().default(26),
  /** Texts and files of documents, since they were uploaded; then they are forgotten. */
  documentDays: Days.default(null),
  /** What models answered. */
  answerDays: Days.default(null),
  /** The course of reviews that have ended, event by event. */
  traceDays: Days.default(30),
  /** Mistakes beside the figures of evaluations, which quote documents. */
  mistakeDays: Days.default(null),
})
export type EnvironmentRetention = z.infer<typeof EnvironmentRetention>

/** One environment, as the configuration of the server has it. */
export const EnvironmentSettings = z.strictObject({
  /** Besides the configuration's own `models`, and instead of those with the same alias. */
  models: ModelConnections.default({}),
  /** Names of datasets that must be there, as the page lists them. */
  datasets: z.array(z.string().min(1)).default([]),
  limits: EnvironmentLimits.prefault({}),
  capacity: EnvironmentCapacity.prefault({}),
  retention: EnvironmentRetention.prefault({}),
  /** How well code of a flow is kept apart, at least: by the system, or by a process of its own. */
  isolation: z.enum(['os', 'process']).default('os'),
})
export type EnvironmentSettings = z.infer<typeof EnvironmentSettings>

/** Those that a server has, by name. */
export const Environments = z.strictObject({
  dev: EnvironmentSettings.optional(),
  test: EnvironmentSettings.optional(),
  prod: EnvironmentSettings.optional(),
})

/** What holds for what runs in an environment; null: nothing does. */
export type SettingsOf = (name: EnvironmentName | null) => EnvironmentSettings | null
