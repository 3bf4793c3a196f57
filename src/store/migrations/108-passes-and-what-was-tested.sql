-- On which commit the forge's own runners test what a merge would give: `head`, `queue` or `nothing`. Null where
-- nobody but us tests, and of what was seen before this was kept: that is looked at again.
alter table change_revisions drop column tested_tree;
alter table change_revisions add column tested_on text;

-- Of functional tests that were passed, what they were then; null of those from before, which are run again.
alter table change_checks add column conditions text;
