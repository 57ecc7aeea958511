// SPDX-License-Identifier: GPL-3.0-or-later
/** Files that Keystone and Neutron are started with. Options: https://docs.openstack.org/neutron/zed/configuration/neutron.html */

export interface Places {
  readonly folder: string;
  readonly keystonePort: number;
  readonly neutronPort: number;
  readonly adminPassword: string;
}

export function keystoneConf({ folder }: Places): string {
  return `[database]
connection = sqlite:///${folder}/keystone.sqlite
[fernet_tokens]
key_repository = ${folder}/tokens
[fernet_receipts]
key_repository = ${folder}/tokens
[credential]
key_repository = ${folder}/credentials
[cache]
enabled = false
[identity]
password_hash_rounds = 4
`;
}

/** Routers and their routes without anything that forwards packets: no drivers, no agents, no message queue. Five routes fill a router. */
export function neutronConf({ folder, keystonePort, neutronPort, adminPassword }: Places): string {
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${neutronPort}
core_plugin = ml2
service_plugins = router
auth_strategy = keystone
api_workers = 0
rpc_workers = 0
transport_url = fake://
api_paste_config = ${folder}/api-paste.ini
state_path = ${folder}
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
max_routes = 5
[database]
connection = sqlite:///${folder}/neutron.sqlite
[oslo_concurrency]
lock_path = ${folder}/locks
[oslo_policy]
enforce_new_defaults = true
[keystone_authtoken]
auth_url = http://127.0.0.1:${keystonePort}
auth_type = password
interface = public
project_domain_id = default
user_domain_id = default
project_name = admin
username = admin
password = ${adminPassword}
service_token_roles_required = true
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers =
extension_drivers =
`;
}

/** Which parts a request passes, in Neutron's own names. */
export const paste = `[composite:neutron]
use = egg:Paste#urlmap
/: versions
/v2.0: api

[pipeline:api]
pipeline = identified caught known context extensions routers

[filter:identified]
paste.filter_factory = oslo_middleware:RequestId.factory

[filter:caught]
paste.filter_factory = oslo_middleware:CatchErrors.factory

[filter:known]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory

[filter:context]
paste.filter_factory = neutron.auth:NeutronKeystoneContext.factory

[filter:extensions]
paste.filter_factory = neutron.api.extensions:plugin_aware_extension_middleware_factory

[app:versions]
paste.app_factory = neutron.pecan_wsgi.app:versions_factory

[app:routers]
paste.app_factory = neutron.api.v2.router:APIRouter.factory
`;
