"""The user's text: YAML to nodes that remember where they stand, nodes to values, values back to YAML."""

from headway.text.binding import Shape, bind
from headway.text.connectors import read_connector, write_connector
from headway.text.documents import read_entries, read_mapping_of, read_mappings_of
from headway.text.folder import (
    connector_file,
    create_project,
    find_project,
    keep_connector,
    plan_names,
    plans_asked_for,
    read_connectors,
    read_definitions,
    read_models,
    read_plan_and_model,
    read_rules,
    read_shipped,
    text_files,
    text_state,
)
from headway.text.models import read_model
from headway.text.plans import read_plan, write_plan
from headway.text.revising import content_hash, revise
from headway.text.saving import save
from headway.text.settings import read_settings, write_settings

__all__ = [
    "Shape",
    "bind",
    "connector_file",
    "content_hash",
    "create_project",
    "find_project",
    "keep_connector",
    "plan_names",
    "plans_asked_for",
    "read_connector",
    "read_connectors",
    "read_definitions",
    "read_entries",
    "read_mapping_of",
    "read_mappings_of",
    "read_model",
    "read_models",
    "read_plan",
    "read_plan_and_model",
    "read_rules",
    "read_settings",
    "read_shipped",
    "revise",
    "save",
    "text_files",
    "text_state",
    "write_connector",
    "write_plan",
    "write_settings",
]
