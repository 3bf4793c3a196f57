import { openGitHubForgeWorld } from '../../test/helpers/github-forge-world.ts'
import { describeChanges } from './change-scenarios-contract.ts'

describeChanges(openGitHubForgeWorld)
