import type { ColumnType } from "kysely";
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export const ChangeType = {
    ADDED: "ADDED",
    MODIFIED: "MODIFIED",
    DELETED: "DELETED"
} as const;
export type ChangeType = (typeof ChangeType)[keyof typeof ChangeType];
export const PrincipalState = {
    Active: "Active",
    Inactive: "Inactive"
} as const;
export type PrincipalState = (typeof PrincipalState)[keyof typeof PrincipalState];
export const ProviderType = {
    Hosting: "Hosting",
    Colocation: "Colocation",
    Transit: "Transit",
    InternetExchange: "InternetExchange",
    DarkFiber: "DarkFiber",
    Cloud: "Cloud"
} as const;
export type ProviderType = (typeof ProviderType)[keyof typeof ProviderType];
export const SiteType = {
    Datacenter: "Datacenter",
    AvailabilityZone: "AvailabilityZone",
    Edge: "Edge",
    Virtual: "Virtual"
} as const;
export type SiteType = (typeof SiteType)[keyof typeof SiteType];
export const ClusterRole = {
    Compute: "Compute",
    Management: "Management",
    Edge: "Edge",
    Gateway: "Gateway"
} as const;
export type ClusterRole = (typeof ClusterRole)[keyof typeof ClusterRole];
export const CpuArchitecture = {
    amd64: "amd64",
    arm64: "arm64"
} as const;
export type CpuArchitecture = (typeof CpuArchitecture)[keyof typeof CpuArchitecture];
export const NodeRole = {
    ControlPlane: "ControlPlane",
    Worker: "Worker"
} as const;
export type NodeRole = (typeof NodeRole)[keyof typeof NodeRole];
export const RackFace = {
    Front: "Front",
    Rear: "Rear"
} as const;
export type RackFace = (typeof RackFace)[keyof typeof RackFace];
export const NetworkDeviceRole = {
    BorderRouter: "BorderRouter",
    Spine: "Spine",
    Leaf: "Leaf",
    Firewall: "Firewall"
} as const;
export type NetworkDeviceRole = (typeof NetworkDeviceRole)[keyof typeof NetworkDeviceRole];
export const EquipmentType = {
    PatchPanel: "PatchPanel",
    Cassette: "Cassette",
    PowerDistributionUnit: "PowerDistributionUnit",
    UninterruptiblePowerSupply: "UninterruptiblePowerSupply",
    ConsoleServer: "ConsoleServer",
    Shelf: "Shelf",
    Other: "Other"
} as const;
export type EquipmentType = (typeof EquipmentType)[keyof typeof EquipmentType];
export const EquipmentDepth = {
    OneFace: "OneFace",
    BothFaces: "BothFaces"
} as const;
export type EquipmentDepth = (typeof EquipmentDepth)[keyof typeof EquipmentDepth];
export const RackWidth = {
    Full: "Full",
    Left: "Left",
    Right: "Right"
} as const;
export type RackWidth = (typeof RackWidth)[keyof typeof RackWidth];
export const WeightUnit = {
    Kilogram: "Kilogram",
    Gram: "Gram",
    Pound: "Pound",
    Ounce: "Ounce"
} as const;
export type WeightUnit = (typeof WeightUnit)[keyof typeof WeightUnit];
export const ModuleStatus = {
    Planned: "Planned",
    Active: "Active",
    Offline: "Offline",
    Decommissioning: "Decommissioning"
} as const;
export type ModuleStatus = (typeof ModuleStatus)[keyof typeof ModuleStatus];
export const PortType = {
    Power: "Power",
    Serial: "Serial",
    Ethernet: "Ethernet",
    Optical: "Optical",
    PatchPanel: "PatchPanel"
} as const;
export type PortType = (typeof PortType)[keyof typeof PortType];
export const PassThroughSide = {
    Front: "Front",
    Rear: "Rear"
} as const;
export type PassThroughSide = (typeof PassThroughSide)[keyof typeof PassThroughSide];
export const CableSide = {
    A: "A",
    B: "B"
} as const;
export type CableSide = (typeof CableSide)[keyof typeof CableSide];
export const CableMedia = {
    Copper: "Copper",
    FiberSMF: "FiberSMF",
    FiberMMF: "FiberMMF",
    Power: "Power",
    DAC: "DAC"
} as const;
export type CableMedia = (typeof CableMedia)[keyof typeof CableMedia];
export const CableStatus = {
    Connected: "Connected",
    Planned: "Planned",
    Decommissioning: "Decommissioning"
} as const;
export type CableStatus = (typeof CableStatus)[keyof typeof CableStatus];
export const LinkType = {
    Physical: "Physical",
    Logical: "Logical",
    Internet: "Internet"
} as const;
export type LinkType = (typeof LinkType)[keyof typeof LinkType];
export const CircuitType = {
    CrossConnect: "CrossConnect",
    ProviderCircuit: "ProviderCircuit",
    Transit: "Transit",
    Peering: "Peering"
} as const;
export type CircuitType = (typeof CircuitType)[keyof typeof CircuitType];
export const DeviceWidth = {
    Full: "Full",
    Half: "Half"
} as const;
export type DeviceWidth = (typeof DeviceWidth)[keyof typeof DeviceWidth];
export const Airflow = {
    FrontToRear: "FrontToRear",
    RearToFront: "RearToFront",
    LeftToRight: "LeftToRight",
    RightToLeft: "RightToLeft",
    SideToRear: "SideToRear",
    RearToSide: "RearToSide",
    BottomToTop: "BottomToTop",
    TopToBottom: "TopToBottom",
    Passive: "Passive",
    Mixed: "Mixed"
} as const;
export type Airflow = (typeof Airflow)[keyof typeof Airflow];
export const SubdeviceRole = {
    Parent: "Parent",
    Child: "Child"
} as const;
export type SubdeviceRole = (typeof SubdeviceRole)[keyof typeof SubdeviceRole];
export const AssetStatus = {
    Planned: "Planned",
    Staged: "Staged",
    Active: "Active",
    Offline: "Offline",
    Decommissioning: "Decommissioning"
} as const;
export type AssetStatus = (typeof AssetStatus)[keyof typeof AssetStatus];
export const PowerRole = {
    Outlet: "Outlet",
    Inlet: "Inlet",
    Feed: "Feed"
} as const;
export type PowerRole = (typeof PowerRole)[keyof typeof PowerRole];
export const PowerLeg = {
    A: "A",
    B: "B",
    C: "C"
} as const;
export type PowerLeg = (typeof PowerLeg)[keyof typeof PowerLeg];
export const CircuitSide = {
    A: "A",
    Z: "Z"
} as const;
export type CircuitSide = (typeof CircuitSide)[keyof typeof CircuitSide];
export const CircuitTerminationStatus = {
    Planned: "Planned",
    Provisioning: "Provisioning",
    Active: "Active",
    Offline: "Offline",
    Decommissioning: "Decommissioning"
} as const;
export type CircuitTerminationStatus = (typeof CircuitTerminationStatus)[keyof typeof CircuitTerminationStatus];
export const RackFormFactor = {
    TwoPostFrame: "TwoPostFrame",
    FourPostFrame: "FourPostFrame",
    FourPostCabinet: "FourPostCabinet",
    WallFrame: "WallFrame",
    WallFrameVertical: "WallFrameVertical",
    WallCabinet: "WallCabinet",
    WallCabinetVertical: "WallCabinetVertical"
} as const;
export type RackFormFactor = (typeof RackFormFactor)[keyof typeof RackFormFactor];
export const LengthUnit = {
    Millimetre: "Millimetre",
    Inch: "Inch"
} as const;
export type LengthUnit = (typeof LengthUnit)[keyof typeof LengthUnit];
export const OfferLaunchStage = {
    Draft: "Draft",
    GA: "GA"
} as const;
export type OfferLaunchStage = (typeof OfferLaunchStage)[keyof typeof OfferLaunchStage];
export const MeterAggregation = {
    Sum: "Sum",
    Max: "Max",
    Min: "Min",
    Count: "Count",
    UniqueCount: "UniqueCount",
    Latest: "Latest",
    Average: "Average"
} as const;
export type MeterAggregation = (typeof MeterAggregation)[keyof typeof MeterAggregation];
export const MetricKind = {
    Delta: "Delta",
    Gauge: "Gauge",
    Cumulative: "Cumulative"
} as const;
export type MetricKind = (typeof MetricKind)[keyof typeof MetricKind];
export const UnitConversion = {
    Exact: "Exact",
    Rounded: "Rounded",
    NotConvertible: "NotConvertible",
    Unreadable: "Unreadable"
} as const;
export type UnitConversion = (typeof UnitConversion)[keyof typeof UnitConversion];
export const ChargeType = {
    Usage: "Usage",
    OneTime: "OneTime",
    Recurring: "Recurring"
} as const;
export type ChargeType = (typeof ChargeType)[keyof typeof ChargeType];
export const ChargeTrigger = {
    BillingAccountActivation: "BillingAccountActivation"
} as const;
export type ChargeTrigger = (typeof ChargeTrigger)[keyof typeof ChargeTrigger];
export const ChargeInterval = {
    monthly: "monthly"
} as const;
export type ChargeInterval = (typeof ChargeInterval)[keyof typeof ChargeInterval];
export const QuotaMeasure = {
    Entity: "Entity",
    Allocation: "Allocation",
    Feature: "Feature"
} as const;
export type QuotaMeasure = (typeof QuotaMeasure)[keyof typeof QuotaMeasure];
export const RegionPhase = {
    Planned: "Planned",
    Open: "Open",
    Closing: "Closing",
    Closed: "Closed"
} as const;
export type RegionPhase = (typeof RegionPhase)[keyof typeof RegionPhase];
export const ServiceVisibility = {
    Public: "Public",
    Private: "Private"
} as const;
export type ServiceVisibility = (typeof ServiceVisibility)[keyof typeof ServiceVisibility];
export const VersionStage = {
    Alpha: "Alpha",
    Beta: "Beta",
    Stable: "Stable"
} as const;
export type VersionStage = (typeof VersionStage)[keyof typeof VersionStage];
export const CatalogPhase = {
    Draft: "Draft",
    Published: "Published",
    Deprecated: "Deprecated",
    Retired: "Retired"
} as const;
export type CatalogPhase = (typeof CatalogPhase)[keyof typeof CatalogPhase];
export const EnablementMode = {
    SelfService: "SelfService",
    GatedByProvider: "GatedByProvider"
} as const;
export type EnablementMode = (typeof EnablementMode)[keyof typeof EnablementMode];
export const QuotaGating = {
    OrganizationDefault: "OrganizationDefault",
    BillingEntitlement: "BillingEntitlement"
} as const;
export type QuotaGating = (typeof QuotaGating)[keyof typeof QuotaGating];
export const EntitlementPhase = {
    PendingApproval: "PendingApproval",
    Active: "Active",
    Rejected: "Rejected"
} as const;
export type EntitlementPhase = (typeof EntitlementPhase)[keyof typeof EntitlementPhase];
export const EntitlementOrigin = {
    Direct: "Direct",
    Dependency: "Dependency"
} as const;
export type EntitlementOrigin = (typeof EntitlementOrigin)[keyof typeof EntitlementOrigin];
export const ApprovalDecision = {
    Approved: "Approved",
    Denied: "Denied"
} as const;
export type ApprovalDecision = (typeof ApprovalDecision)[keyof typeof ApprovalDecision];
export const ConsumerPhase = {
    PendingApproval: "PendingApproval",
    Active: "Active",
    Denied: "Denied"
} as const;
export type ConsumerPhase = (typeof ConsumerPhase)[keyof typeof ConsumerPhase];
export const ActivationPhase = {
    Pending: "Pending",
    Active: "Active",
    Denied: "Denied",
    Failed: "Failed",
    Disabled: "Disabled"
} as const;
export type ActivationPhase = (typeof ActivationPhase)[keyof typeof ActivationPhase];
export const LaunchStage = {
    EarlyAccess: "EarlyAccess",
    Alpha: "Alpha",
    Beta: "Beta",
    GA: "GA"
} as const;
export type LaunchStage = (typeof LaunchStage)[keyof typeof LaunchStage];
export const OrganizationType = {
    Personal: "Personal",
    Standard: "Standard"
} as const;
export type OrganizationType = (typeof OrganizationType)[keyof typeof OrganizationType];
export const SuspensionReason = {
    Fraud: "Fraud",
    Abuse: "Abuse",
    Billing: "Billing",
    Compliance: "Compliance",
    Administrative: "Administrative"
} as const;
export type SuspensionReason = (typeof SuspensionReason)[keyof typeof SuspensionReason];
export const ReinstateAuthority = {
    Operator: "Operator",
    Consumer: "Consumer"
} as const;
export type ReinstateAuthority = (typeof ReinstateAuthority)[keyof typeof ReinstateAuthority];
export type AccessScope = {
    set_id: string;
    slot: number;
    scope_id: string;
};
export type AccessSet = {
    id: string;
    principal_id: string;
    access_version: bigint;
    created_at: Generated<string>;
};
export type AccessVersion = {
    id: Generated<number>;
    version: Generated<bigint>;
};
export type ApiResource = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    singular_name: string;
    plural_name: string;
    per_version: unknown | null;
    contexts: Generated<string[]>;
    fqn: string | null;
};
export type ApiResourceVersion = {
    api_resource_id: string;
    position: number;
    service_version_id: string;
};
export type Asset = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    device_node_id: string | null;
    device_network_device_id: string | null;
    device_equipment_id: string | null;
    device_rack_id: string | null;
    type_id: string | null;
    manufacturer: string | null;
    model: string | null;
    part_number: string | null;
    serial: string | null;
    asset_tag: string | null;
    status: AssetStatus;
    owner_id: string | null;
    contacts: unknown | null;
    external_links: unknown | null;
};
export type AuditRecord = {
    id: string;
    request_id: string;
    outcome: string;
    received_at: string;
    completed_at: string;
    actor: unknown;
    actor_id: string | null;
    actor_name: string;
    /**
     * GraphQL operation, its root field, and the SHA-256 of its document.
     */
    operation: string | null;
    field: string | null;
    document_hash: string | null;
    /**
     * Address and user agent of the client.
     */
    source: unknown | null;
    trace_id: string | null;
    verb: string;
    is_read: Generated<boolean>;
    /**
     * Of a write: the object went or changed along with what the request was about.
     */
    is_along: Generated<boolean>;
    /**
     * Of a read: what was asked for.
     */
    asked: unknown | null;
    permission: string | null;
    resource_kind: string | null;
    resource_id: string | null;
    resource_name: string | null;
    generation_before: number | null;
    generation_after: number | null;
    scope_id: string | null;
    scope_kind: string | null;
    scope_name: string | null;
    /**
     * The scopes it stands in and everything above them.
     */
    scope_ids: Generated<string[]>;
    decision: unknown | null;
    error_code: string | null;
    reason: string | null;
    before: unknown | null;
    after: unknown | null;
    changes: unknown | null;
    /**
     * Position of the change it made.
     */
    position: bigint | null;
};
export type AuthzOutbox = {
    seq: Generated<bigint>;
    order_key: string;
    operation: string;
    tuple: unknown;
    created_at: Generated<string>;
    attempts: Generated<number>;
    last_error: string | null;
    applied_at: string | null;
    /**
     * Set when OpenFGA refuses the tuple itself: it is reported, and the others go on.
     */
    failed_at: string | null;
};
export type BindingTarget = {
    policy_binding_id: string;
    scope_id: string;
};
export type Cable = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    other_scope_ids: Generated<string[]>;
    media: CableMedia;
    profile_id: string | null;
    status: CableStatus;
    length_m: string | null;
    length_m_value: string | null;
    label: string | null;
};
export type CableProfile = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    a_connectors: number;
    a_positions: number;
    b_connectors: number;
    b_positions: number;
    wiring: unknown | null;
};
export type CableTermination = {
    cable_id: string;
    position: number;
    side: CableSide;
    connector: number;
    port_id: string;
};
export type Change = {
    position: bigint;
    /**
     * Position of the first change of the same transaction.
     */
    commit: bigint;
    type: ChangeType;
    kind: string;
    object_id: string;
    name: string;
    scope_id: string;
    other_scope_ids: Generated<string[]>;
    /**
     * Kept by another object instead of by manifests.
     */
    is_derived: boolean;
    /**
     * Whether it was a draft then, by its own phase or by that of what it names.
     */
    is_draft: boolean;
    revision: bigint;
    state: unknown;
    changed_fields: Generated<string[]>;
};
export type ChangeHead = {
    id: Generated<number>;
    /**
     * Tells this stream from that of another or a restored database.
     */
    epoch: Generated<string>;
    position: Generated<bigint>;
    at: Generated<string>;
    /**
     * States before this position are no longer complete.
     */
    oldest: Generated<bigint>;
    oldest_at: Generated<string>;
};
export type ChangeSet = {
    first_position: bigint;
    last_position: bigint;
    at: string;
    actor: unknown;
    request_id: string;
    operation: string | null;
};
export type Circuit = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    other_scope_ids: Generated<string[]>;
    provider_id: string;
    type: CircuitType;
    circuit_id: string | null;
    bandwidth_mbps: bigint | null;
    a_end_site_id: string | null;
    a_end_port_id: string | null;
    z_end_site_id: string | null;
    z_end_port_id: string | null;
    service_ref_api_group: string | null;
    service_ref_kind: string | null;
    service_ref_name: string | null;
    service_ref_namespace: string | null;
};
export type CircuitTermination = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    other_scope_ids: Generated<string[]>;
    circuit_id: string;
    side: CircuitSide;
    place_site_id: string | null;
    place_port_id: string | null;
    place_provider_network_id: string | null;
    cross_connect_id: string | null;
    patch_panel: string | null;
    demarcation: string | null;
    distance_m: string | null;
    distance_m_value: string | null;
    status: CircuitTerminationStatus;
};
export type ClaimCreationPolicy = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    trigger_resource_api_version: string;
    trigger_resource_kind: string;
    trigger_constraints: unknown | null;
    target_resource_claim_template: unknown;
    disabled: boolean | null;
    phase: CatalogPhase | null;
    stated_as: string | null;
    configuration_id: string | null;
};
export type ClientRequest = {
    /**
     * Uid of the principal, else its name.
     */
    principal: string;
    request_id: string;
    /**
     * Hash of the mutation and its input.
     */
    input: string;
    outcome: unknown;
    at: Generated<string>;
};
export type Cluster = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    display_name: string;
    control_plane_site_id: string;
    role: ClusterRole;
    provider: string;
    endpoint: string | null;
};
export type ConfigurationActivation = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    configuration_id: string | null;
    revision_number: number;
    activated_at: string;
    deactivated_at: string | null;
    activated_by: string | null;
};
export type ConsumerPortalPlugin = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    assets: unknown;
    suspend: boolean | null;
    visibility: unknown | null;
    phase: CatalogPhase | null;
    stated_as: string | null;
    configuration_id: string | null;
};
export type Deployment = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    region_id: string;
    public_domain: string;
    private_domain: string | null;
    local_network_id: string | null;
    labelled_domains: unknown | null;
    location_continent: string;
    location_country: string;
    location_agglomeration: string;
    location_city: string;
    location_cloud: string;
    disabled: boolean;
    current_version_id: string;
    db_data_version: string | null;
    db_location_tag: string | null;
    automatic_version_switch: boolean | null;
    registry_generation: number | null;
    service_account_id: string | null;
    conditions: unknown | null;
    available_upgrade: unknown | null;
    upgrade: unknown | null;
    data_tasks: unknown | null;
};
export type DeploymentReport = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    deployment_id: string;
    conditions: unknown | null;
    available_upgrade: unknown | null;
    upgrade: unknown | null;
    data_tasks: unknown | null;
};
export type DeploymentRunsOn = {
    deployment_id: string;
    position: number;
    site_id: string | null;
    cluster_id: string | null;
    node_id: string | null;
};
export type DeviceMounting = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    device_node_id: string | null;
    device_network_device_id: string | null;
    depth: EquipmentDepth;
    width: RackWidth;
    unit_height: number | null;
    starts_half_unit_up: boolean;
};
export type DeviceSlot = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    chassis_node_id: string | null;
    chassis_network_device_id: string | null;
    chassis_equipment_id: string | null;
    slot: string;
    occupant_node_id: string | null;
    occupant_network_device_id: string | null;
    occupant_equipment_id: string | null;
};
export type DeviceType = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    manufacturer: string;
    model: string;
    part_number: string | null;
    description: string | null;
    comments: string | null;
    weight: number | null;
    weight_unit: WeightUnit;
    u_height: number;
    is_full_depth: boolean;
    width: DeviceWidth;
    airflow: Airflow | null;
    subdevice_role: SubdeviceRole | null;
    is_powered: boolean;
    interfaces: unknown | null;
    console_ports: unknown | null;
    console_server_ports: unknown | null;
    power_ports: unknown | null;
    power_outlets: unknown | null;
    front_ports: unknown | null;
    rear_ports: unknown | null;
    module_bays: unknown | null;
    device_bays: unknown | null;
    inventory_items: unknown | null;
};
export type EndedIdentity = {
    issuer: string;
    subject: string;
    ended_at: string;
};
export type Equipment = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    site_id: string;
    type: EquipmentType;
    depth: EquipmentDepth;
    description: string | null;
    placement_rack_id: string | null;
    placement_start_unit: number | null;
    placement_unit_height: number | null;
    placement_face: RackFace | null;
    placement_width: RackWidth | null;
    rack_id: string | null;
};
export type FeedConsumer = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_account_id: string;
    description: string | null;
    max_lag_seconds: number;
};
export type FeedProgress = {
    consumer_id: string;
    /**
     * Of the stream that the position is in.
     */
    epoch: string;
    position: bigint;
    reported_at: string;
    failure_count: number;
    /**
     * Objects that could not be processed: uid, reason, and since when.
     */
    failures: unknown;
};
export type FieldOwner = {
    object_id: string;
    manager: string;
    kind: string;
    paths: string[];
};
export type Folder = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    organization_id: string;
    parent_id: string | null;
    display_name: string;
};
export type FormerScope = {
    id: string;
    kind: string;
    parent_id: string | null;
};
export type GrantAssignee = {
    grant_id: string;
    principal_kind: string;
    principal_id: string;
};
export type GrantEdge = {
    id: string;
    scope_id: string;
    role_id: string;
};
export type GroupMembership = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    user_id: string;
    group_id: string;
};
export type GroupNesting = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    group_id: string;
    member_user_group_id: string | null;
    member_service_account_id: string | null;
};
export type HeldName = {
    kind: string;
    /**
     * `metadata.name`, or the path of a natural key.
     */
    path: string;
    value: string;
    free_at: string;
    /**
     * For whom it is held: what the deleted object belonged to.
     */
    holder: string | null;
};
export type IdentityLink = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    issuer: string;
    subject: string;
    principal_user_account_id: string | null;
    principal_service_account_id: string | null;
};
export type LastTouched = {
    name: string;
    stamp: Generated<bigint>;
};
export type Link = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    other_scope_ids: Generated<string[]>;
    type: LinkType;
    capacity_mbps: bigint | null;
    latency_ms: string | null;
    latency_ms_value: string | null;
};
export type LinkCable = {
    link_id: string;
    position: number;
    cable_id: string;
};
export type LinkEndpoint = {
    link_id: string;
    position: number;
    site_id: string | null;
    cluster_id: string | null;
    network_device_id: string | null;
};
export type MeterDefinition = {
    id: string;
    name: string;
    api_group: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    meter_name: string;
    phase: CatalogPhase;
    display_name: string;
    description: string | null;
    service_id: string;
    aggregation: MeterAggregation;
    unit: string;
    dimensions: Generated<string[]>;
    consumed_unit: string;
    pricing_unit: string;
    monitored_resource_types: Generated<string[]>;
    in_force: Generated<boolean>;
    is_billable: Generated<boolean>;
    metric_kind: MetricKind | null;
    pricing_factor: string | null;
    conversion: UnitConversion | null;
    revision_number: number | null;
    replaced_by: string | null;
    configuration_id: string | null;
    published_at: string | null;
    deprecated_at: string | null;
    retired_at: string | null;
};
export type MeterResourceType = {
    meter_definition_id: string;
    position: number;
    monitored_resource_type_id: string;
};
export type Module = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    bay_id: string;
    type_id: string;
    serial: string | null;
    asset_tag: string | null;
    status: ModuleStatus;
    description: string | null;
};
export type ModuleBay = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    device_node_id: string | null;
    device_network_device_id: string | null;
    device_equipment_id: string | null;
    bay_label: string;
    position: string | null;
    parent_id: string | null;
};
export type ModuleType = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    manufacturer: string;
    model: string;
    part_number: string | null;
    description: string | null;
    comments: string | null;
    weight: number | null;
    weight_unit: WeightUnit;
    interfaces: unknown | null;
    console_ports: unknown | null;
    console_server_ports: unknown | null;
    power_ports: unknown | null;
    power_outlets: unknown | null;
    front_ports: unknown | null;
    rear_ports: unknown | null;
    module_bays: unknown | null;
};
export type MonitoredResourceType = {
    id: string;
    name: string;
    api_group: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    resource_type_name: string;
    phase: CatalogPhase;
    display_name: string;
    description: string | null;
    service_id: string;
    gvk_group: string;
    gvk_kind: string;
    declared_labels: unknown | null;
    in_force: Generated<boolean>;
    revision_number: number | null;
    replaced_by: string | null;
    configuration_id: string | null;
    published_at: string | null;
    deprecated_at: string | null;
    retired_at: string | null;
};
export type NetworkDevice = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    cluster_id: string;
    site_id: string;
    role: NetworkDeviceRole;
    management_address: string | null;
    placement_rack_id: string | null;
    placement_start_unit: number | null;
    placement_unit_height: number | null;
    placement_face: RackFace | null;
    rack_id: string | null;
};
export type Node = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    site_id: string;
    hardware_cpu_cores: number;
    hardware_cpu_architecture: CpuArchitecture;
    hardware_memory_bytes: bigint;
    hardware_disks: unknown | null;
    addresses: unknown | null;
    assignment_cluster_id: string | null;
    assignment_role: NodeRole | null;
    placement_rack_id: string | null;
    placement_start_unit: number | null;
    placement_unit_height: number | null;
    placement_face: RackFace | null;
    rack_id: string | null;
};
export type Offer = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    charge_types: Generated<string[]>;
    launch_stage: OfferLaunchStage;
    service_pricing_refs: unknown | null;
    service_pricings: unknown | null;
    published_at: string | null;
};
export type Organization = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    type: OrganizationType | null;
    contact_info_email: string | null;
    contact_info_name: string | null;
    contact_info_business_name: string | null;
    contact_info_address_country: string | null;
    contact_info_address_line1: string | null;
    contact_info_address_line2: string | null;
    contact_info_address_city: string | null;
    contact_info_address_region: string | null;
    contact_info_address_postal_code: string | null;
};
export type OrganizationMembership = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    organization_id: string;
    user_id: string;
};
export type OrganizationMembershipRole = {
    organization_membership_id: string;
    position: number;
    role_id: string;
};
export type PassThroughPort = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    port_id: string;
    side: PassThroughSide;
    positions: number;
};
export type Permission = {
    id: string;
    name: string;
    relation: string;
    kind: string;
    verb: string;
};
export type PolicyBinding = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    role_id: string;
    resource_selector_resource_ref_api_group: string | null;
    resource_selector_resource_ref_kind: string | null;
    resource_selector_resource_ref_name: string | null;
    resource_selector_resource_ref_uid: string | null;
    resource_selector_resource_ref_namespace: string | null;
    resource_selector_resource_kind_api_group: string | null;
    resource_selector_resource_kind_kind: string | null;
};
export type PolicyBindingSubject = {
    policy_binding_id: string;
    position: number;
    user_account_id: string | null;
    user_group_id: string | null;
    service_account_id: string | null;
};
export type Port = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    device_node_id: string | null;
    device_network_device_id: string | null;
    device_rack_id: string | null;
    device_equipment_id: string | null;
    type: PortType;
    port_label: string;
    speed: string | null;
    speed_value: string | null;
    module_id: string | null;
    hardware: unknown | null;
};
export type PortMapping = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    front_port_id: string;
    front_position: number;
    rear_port_id: string;
    rear_position: number;
};
export type PowerPort = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    port_id: string;
    power_role: PowerRole;
    power_feed: string | null;
    inlet_id: string | null;
    power_leg: PowerLeg | null;
    voltage: number | null;
    amps_rated: number | null;
    rated_watts: number | null;
    allocated_watts: number | null;
};
export type Project = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    owner_id: string;
};
export type ProjectPlacement = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    project_id: string;
    folder_id: string;
};
export type ProjectSuspension = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    project_id: string;
    reason: SuspensionReason;
    reinstate_authority: ReinstateAuthority;
    requested_by: string | null;
    description: string | null;
};
export type ProtectedResource = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_ref_name: string;
    protected_kind: string;
    singular: string;
    plural: string;
    permissions: Generated<string[]>;
    subresources: unknown | null;
    parent_resources: unknown | null;
};
export type Provider = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    display_name: string;
    type: ProviderType;
    contract_contract_id: string | null;
    contract_account_id: string | null;
    contract_portal_url: string | null;
    contract_notes: string | null;
    service_identifiers: unknown | null;
};
export type ProviderNetwork = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    provider_id: string;
    service_id: string | null;
    description: string | null;
};
export type ProviderPortalPlugin = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    assets: unknown;
    suspend: boolean | null;
    phase: CatalogPhase | null;
    stated_as: string | null;
    configuration_id: string | null;
};
export type PublishedMeter = {
    meter_name: string;
    meter_id: string;
    aggregation: MeterAggregation;
    metric_kind: MetricKind | null;
    unit: string;
    consumed_unit: string;
    pricing_unit: string;
    dimensions: string[];
    is_billable: boolean;
    published_at: string | null;
    /**
     * The configuration that states it, or was the last to state it while it counted; null once that is deleted.
     */
    configuration_id: string | null;
    /**
     * The row that had the name last, and its service, as they were when the row was deleted: for those who still hold the name.
     */
    deleted_at: string | null;
    deleted_row: unknown | null;
    deleted_service: unknown | null;
};
export type PublishedResourceType = {
    resource_type_name: string;
    resource_type_id: string;
    gvk_group: string;
    gvk_kind: string;
    labels: unknown;
    published_at: string | null;
    /**
     * The row that had the name last, and its service, as they were when the row was deleted: for those who still hold the name.
     */
    deleted_at: string | null;
    deleted_row: unknown | null;
    deleted_service: unknown | null;
};
export type Rack = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    site_id: string;
    cage: string | null;
    row: string | null;
    rack_label: string | null;
    height_u: number;
    power_feeds: unknown | null;
};
export type RackType = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    manufacturer: string;
    model: string;
    part_number: string | null;
    description: string | null;
    comments: string | null;
    weight: number | null;
    weight_unit: WeightUnit;
    form_factor: RackFormFactor | null;
    width_inches: number;
    u_height: number;
    starting_unit: number;
    units_descend: boolean;
    outer_width: number | null;
    outer_height: number | null;
    outer_depth: number | null;
    outer_unit: LengthUnit;
    mounting_depth: number | null;
    max_weight: number | null;
};
export type Region = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    display_name: string;
    coordinates_latitude: number | null;
    coordinates_longitude: number | null;
};
export type RegionPolicy = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    project_id: string;
    default_control_region_id: string;
    exclusions: unknown | null;
};
export type RegionPolicyRegion = {
    region_policy_id: string;
    position: number;
    region_id: string;
};
export type RegionState = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    region_id: string;
    state: RegionPhase;
};
export type ResourceGrant = {
    id: string;
    name: string;
    namespace: string;
    project_id: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    consumer_ref_api_group: string;
    consumer_ref_kind: string;
    consumer_ref_name: string;
    allowances: unknown;
    phase: CatalogPhase | null;
    stated_as: string | null;
    configuration_id: string | null;
};
export type ResourceRegistration = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    consumer_type_api_group: string;
    consumer_type_kind: string;
    type: QuotaMeasure;
    resource_type: string;
    description: string | null;
    base_unit: string;
    display_unit: string;
    unit_conversion_factor: bigint;
    claiming_resources: unknown;
    phase: CatalogPhase | null;
    stated_as: string | null;
    configuration_id: string | null;
};
export type Role = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    launch_stage: string;
    included_permissions: Generated<string[]>;
};
export type RoleInheritance = {
    heir_id: string;
    position: number;
    role_id: string;
};
export type RolePermission = {
    role_id: string;
    permission_id: string;
};
export type Scope = {
    id: string;
    kind: string;
    parent_id: string | null;
    is_public: Generated<boolean>;
};
export type ScopeClosure = {
    ancestor_id: string;
    descendant_id: string;
    depth: number;
};
export type SearchEntry = {
    object_id: string;
    /**
     * `name`, `spec.serial`, `labels.tier`.
     */
    field: string;
    kind: string;
    /**
     * There are a great many of the kind, so they come after all others.
     */
    is_part: boolean;
    value: string;
    /**
     * What is compared: in small letters, and not without end.
     */
    folded: string;
    /**
     * The home scope of the object, by which it is known who sees it before the object itself is looked at.
     */
    scope_id: string;
    /**
     * The other scopes that it is in; null for kinds that are in one alone.
     */
    other_scope_ids: string[];
};
export type Service = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_name: string;
    phase: CatalogPhase;
    display_name: string;
    description: string | null;
    owner_producer_project_id: string;
    enablement_policy_mode: EnablementMode | null;
    published_at: string | null;
    deprecated_at: string | null;
    retired_at: string | null;
    active_configuration_id: string | null;
};
export type ServiceAccount = {
    id: string;
    name: string;
    project_id: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    state: PrincipalState;
};
export type ServiceActivationRequest = {
    id: string;
    name: string;
    project_id: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    consumer_project_id: string;
    request_message: string | null;
    status_phase: ActivationPhase | null;
    requested_by: string | null;
};
export type ServiceAvailability = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    location_ref_name: string;
    location_ref_namespace: string | null;
};
export type ServiceConfiguration = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    phase: CatalogPhase;
    version: string | null;
    monitored_resource_types: unknown | null;
    metrics: unknown | null;
    meters: unknown | null;
    billing_consumer_destinations: unknown | null;
    billing_quota_gating: QuotaGating | null;
    quota_limits: unknown | null;
    quota_metric_rules: unknown | null;
    charges: unknown | null;
    locations_supported_classes: Generated<string[]>;
    user_interface_consumer: unknown | null;
    user_interface_provider: unknown | null;
    provisioning_resources: unknown | null;
    default_offer_id: string | null;
    revision_number: number | null;
    activated_at: string | null;
    published_at: string | null;
    deprecated_at: string | null;
    retired_at: string | null;
};
export type ServiceConsumer = {
    id: string;
    name: string;
    project_id: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    consumer_project_id: string;
    approval_decision: ApprovalDecision | null;
    approval_message: string | null;
    suspended: boolean;
    status_phase: ConsumerPhase | null;
    entitled_at: string | null;
    request_message: string | null;
    consumer_project_name: string | null;
    consumer_project_display_name: string | null;
    consumer_organization_name: string | null;
    consumer_organization_display_name: string | null;
    conditions: unknown | null;
};
export type ServiceDependency = {
    dependent_service_id: string;
    position: number;
    service_id: string;
};
export type ServiceEntitlement = {
    id: string;
    name: string;
    project_id: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    request_message: string | null;
    status_phase: EntitlementPhase | null;
    origin: Generated<EntitlementOrigin>;
    dependency_of_id: string | null;
    activation_request_id: string | null;
    entitled_at: string | null;
    conditions: unknown | null;
};
export type ServiceImport = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_version_id: string;
    target_service_id: string;
    target_version_id: string;
    reason: string | null;
};
export type ServiceListing = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    tagline: string | null;
    launch_stage: LaunchStage;
    categories: Generated<string[]>;
    icon_url: string | null;
    icon_alt: string | null;
    documentation_url: string | null;
    documentation_source_ref: string | null;
    links: unknown | null;
};
export type ServicePricing = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    charge_type: ChargeType;
    display_name: string | null;
    currency: string;
    metric: string | null;
    pricing_unit: string | null;
    rates: unknown | null;
    amount: string | null;
    trigger: ChargeTrigger | null;
    interval: ChargeInterval | null;
    pricing_factor: string | null;
    conversion: UnitConversion | null;
    phase: CatalogPhase | null;
    stated_as: string | null;
    configuration_id: string | null;
};
export type ServiceReservation = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_name: string;
    project_id: string;
    admin_account_id: string;
};
export type ServiceRuntime = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    core: boolean;
    visibility: ServiceVisibility;
    leading_service_id: string | null;
    global_domain: string;
    labelled_domains: unknown | null;
    primary_region_id: string;
    sync_exclusions: unknown | null;
    automatic_version_switch: boolean;
    max_skew_days: number | null;
    registry_generation: number | null;
};
export type ServiceUse = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    target_service_id: string;
    min_version_id: string | null;
};
export type ServiceVersion = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    service_id: string;
    version: string;
    phase: CatalogPhase;
    deprecate_time: string | null;
    sunset_time: string | null;
    stage: VersionStage | null;
    release_order: bigint | null;
};
export type Setting = {
    name: string;
    value: string;
};
export type Site = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    display_name: string;
    region_id: string;
    type: SiteType;
    address: string | null;
    provider_id: string | null;
};
export type UnitReservation = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    rack_id: string;
    start_unit: number;
    unit_height: number;
    face: RackFace | null;
    requested_by: string;
    reason: string;
    until: string | null;
};
export type UnitReservationDevice = {
    unit_reservation_id: string;
    position: number;
    node_id: string | null;
    network_device_id: string | null;
    equipment_id: string | null;
};
export type UserAccount = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    email: string;
    given_name: string | null;
    family_name: string | null;
    state: Generated<PrincipalState>;
};
export type UserDeactivation = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    user_id: string;
    reason: string;
    description: string | null;
    deactivated_by: string;
};
export type UserGroup = {
    id: string;
    name: string;
    namespace: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
};
export type VirtualMachine = {
    id: string;
    name: string;
    labels: Generated<unknown>;
    annotations: Generated<unknown>;
    generation: Generated<number>;
    revision: bigint;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    scope_id: string;
    other_scope_ids: Generated<string[]>;
    host_id: string;
    provider_id: string | null;
    project_id: string | null;
    external_project_api_group: string | null;
    external_project_kind: string | null;
    external_project_name: string | null;
    external_project_namespace: string | null;
    allocation_vcpus: number;
    allocation_memory_bytes: bigint;
    allocation_disks: unknown | null;
};
export type DB = {
    access_scope: AccessScope;
    access_set: AccessSet;
    access_version: AccessVersion;
    api_resource: ApiResource;
    api_resource_version: ApiResourceVersion;
    asset: Asset;
    audit_record: AuditRecord;
    authz_outbox: AuthzOutbox;
    binding_target: BindingTarget;
    cable: Cable;
    cable_profile: CableProfile;
    cable_termination: CableTermination;
    change: Change;
    change_head: ChangeHead;
    change_set: ChangeSet;
    circuit: Circuit;
    circuit_termination: CircuitTermination;
    claim_creation_policy: ClaimCreationPolicy;
    client_request: ClientRequest;
    cluster: Cluster;
    configuration_activation: ConfigurationActivation;
    consumer_portal_plugin: ConsumerPortalPlugin;
    deployment: Deployment;
    deployment_report: DeploymentReport;
    deployment_runs_on: DeploymentRunsOn;
    device_mounting: DeviceMounting;
    device_slot: DeviceSlot;
    device_type: DeviceType;
    ended_identity: EndedIdentity;
    equipment: Equipment;
    feed_consumer: FeedConsumer;
    feed_progress: FeedProgress;
    field_owner: FieldOwner;
    folder: Folder;
    former_scope: FormerScope;
    grant_assignee: GrantAssignee;
    grant_edge: GrantEdge;
    group_membership: GroupMembership;
    group_nesting: GroupNesting;
    held_name: HeldName;
    identity_link: IdentityLink;
    last_touched: LastTouched;
    link: Link;
    link_cable: LinkCable;
    link_endpoint: LinkEndpoint;
    meter_definition: MeterDefinition;
    meter_resource_type: MeterResourceType;
    module: Module;
    module_bay: ModuleBay;
    module_type: ModuleType;
    monitored_resource_type: MonitoredResourceType;
    network_device: NetworkDevice;
    node: Node;
    offer: Offer;
    organization: Organization;
    organization_membership: OrganizationMembership;
    organization_membership_role: OrganizationMembershipRole;
    pass_through_port: PassThroughPort;
    permission: Permission;
    policy_binding: PolicyBinding;
    policy_binding_subject: PolicyBindingSubject;
    port: Port;
    port_mapping: PortMapping;
    power_port: PowerPort;
    project: Project;
    project_placement: ProjectPlacement;
    project_suspension: ProjectSuspension;
    protected_resource: ProtectedResource;
    provider: Provider;
    provider_network: ProviderNetwork;
    provider_portal_plugin: ProviderPortalPlugin;
    published_meter: PublishedMeter;
    published_resource_type: PublishedResourceType;
    rack: Rack;
    rack_type: RackType;
    region: Region;
    region_policy: RegionPolicy;
    region_policy_region: RegionPolicyRegion;
    region_state: RegionState;
    resource_grant: ResourceGrant;
    resource_registration: ResourceRegistration;
    role: Role;
    role_inheritance: RoleInheritance;
    role_permission: RolePermission;
    scope: Scope;
    scope_closure: ScopeClosure;
    search_entry: SearchEntry;
    service: Service;
    service_account: ServiceAccount;
    service_activation_request: ServiceActivationRequest;
    service_availability: ServiceAvailability;
    service_configuration: ServiceConfiguration;
    service_consumer: ServiceConsumer;
    service_dependency: ServiceDependency;
    service_entitlement: ServiceEntitlement;
    service_import: ServiceImport;
    service_listing: ServiceListing;
    service_pricing: ServicePricing;
    service_reservation: ServiceReservation;
    service_runtime: ServiceRuntime;
    service_use: ServiceUse;
    service_version: ServiceVersion;
    setting: Setting;
    site: Site;
    unit_reservation: UnitReservation;
    unit_reservation_device: UnitReservationDevice;
    user_account: UserAccount;
    user_deactivation: UserDeactivation;
    user_group: UserGroup;
    virtual_machine: VirtualMachine;
};
