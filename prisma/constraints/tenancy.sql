-- project_placement_project_key = PROJECT_PLACED_TWICE: the project stands in a folder already
create unique index project_placement_project_key on project_placement (project_id);
