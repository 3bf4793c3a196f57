-- The tree that the forge's own runners tested with a head: what a merge gave when that head was first seen.
-- Null where nobody but us tests, and where the two could not be merged then.
alter table change_revisions add column tested_tree text;

drop trigger change_revisions_never_change on change_revisions;
update change_revisions set tested_tree = (
  select first.tree from change_revisions first
  where first.change = change_revisions.change and first.head = change_revisions.head
  order by first.sequence limit 1
) where change in (select id from changes where forge = 'github');
create trigger change_revisions_never_change
before update or delete or truncate on change_revisions
for each statement execute function refuse_change();
