-- Whom the commits of what would be merged name: people as the forge knows them, and mail addresses; who that is here
-- is found out each time that somebody decides. Null of what was seen before this was kept: that is looked at again.
alter table change_revisions add column written_by text;
