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

const EnvironmentLimits = z.strictObject({
  /** Documents that are reviewed at the same time. */
  concurrency: z.int().positive().default(2),
  /** The most that the server's own limits for a month may be; null: they may be anything. */
  budget: EnvironmentBudget.nullable().default(null),
})

/** What the machine must have. */
const EnvironmentCapacity = z.strictObject({
  processors: z.int().positive().default(1),
  memoryMb: z.int().positive().default(1024),
  /** Free where documents are kept. */
  freeDiskMb: z.int().positive().default(1024),
})

const EnvironmentRetention = z.strictObject({
  /** How old the newest backup may be; null: none is asked for. */
  backupHours: z.number().positive().nullable().default(26),
})

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
