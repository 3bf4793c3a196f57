import { describeForgeContract } from '../forge-contract.ts'
import { createLocalPlace } from './local-forge-samples.ts'

describeForgeContract('a bare repository', () => createLocalPlace('bare'))
describeForgeContract('a repository at hand', () => createLocalPlace('at-hand'))
describeForgeContract('a repository with SHA-256', () => createLocalPlace('sha256'))
