import { openGitForgeWorld } from '../../test/helpers/git-forge.ts'
import { describeChanges } from './change-scenarios-contract.ts'

describeChanges(openGitForgeWorld)
