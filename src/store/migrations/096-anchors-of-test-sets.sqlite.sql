-- What was in production when a test set was made: its anchor, where no version is marked as one. A test set is named
-- by the hash of the split, so that the same examples in a later version of the dataset keep theirs.
create table test_set_anchors (
  test_set text not null,
  flow text not null,
  version text not null references flow_versions (hash),
  made_at bigint not null,
  primary key (test_set, flow)
);

insert into test_set_anchors (test_set, flow, version, made_at)
select made.hash, marked.flow, marked.version, made.made_at
from (
  select s.hash, min(v.created_at) as made_at
  from dataset_version_splits as s join dataset_versions as v on v.id = s.version
  where s.split = 'test'
  group by s.hash
) as made
join reference_versions as marked on marked.role = 'baseline' and marked.sequence = (
  select max(before.sequence) from reference_versions as before
  where before.flow = marked.flow and before.role = 'baseline' and before.marked_at <= made.made_at
);

create trigger test_set_anchors_never_change before update on test_set_anchors
begin select raise(abort, 'what was in production when a test set was made never changes'); end;
create trigger test_set_anchors_never_go before delete on test_set_anchors
begin select raise(abort, 'what was in production when a test set was made never changes'); end;
