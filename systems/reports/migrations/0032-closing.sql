-- The hourly look for answered reports whose time for reopening is over.
create index reports_answered on reports (answered_at) where step = 'published';
