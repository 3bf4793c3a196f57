import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../../components/page-states.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { useMe } from '../../components/use-me.ts'

const whyNot =
  'It measures on examples that authors do not see, and no dataset is known to have them: there is none here yet, or several, and `gate.dataset` in the server’s configuration names none of them.'

/** In place of what needs a dataset, where nothing says which one decides. */
export function NotSetUp() {
  const { may } = useMe()
  return (
    <EmptyState title="The gate is not set up yet">
      <p>
        <Sentence text={whyNot} />
      </p>
      <p>
        A custodian imports a dataset with examples in test, then marks the version in production on
        its page.
      </p>
      {may('datasets:read') && (
        <Anchor component={Link} to="/datasets" size="sm">
          Go to Datasets
        </Anchor>
      )}
    </EmptyState>
  )
}
