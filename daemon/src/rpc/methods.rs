//! The table of every call: what it takes to be let in. What is not here is denied.

use plant_core::access::Role;

/// What a caller has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Anybody whose account the socket tells, with a grant or without.
    Account,
    /// Somebody with a grant in any org.
    Known,
    /// At least this role in the org of the call.
    Role(Role),
    /// The account of the daemon, or root.
    HostAdmin,
}

/// How long a call may take until its answer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// The limit of the door.
    Short,
    /// The limit of the door; then it stays open for as long as the caller listens and may.
    Stream,
    /// As long as the caller sends and may; the handler has its own limits.
    Upload,
}

const VIEWER: Need = Need::Role(Role::Viewer);
const ANALYST: Need = Need::Role(Role::Analyst);
const OPERATOR: Need = Need::Role(Role::Operator);
const ADMIN: Need = Need::Role(Role::Admin);

/// Path, need, span.
pub(super) const METHODS: &[(&str, Need, Span)] = &[
    ("/grpc.health.v1.Health/Check", Need::Account, Span::Short),
    ("/grpc.health.v1.Health/Watch", Need::Account, Span::Stream),
    ("/plant.v1.SystemService/GetStatus", VIEWER, Span::Short),
    ("/plant.v1.SystemService/WatchEvents", VIEWER, Span::Stream),
    ("/plant.v1.FolderService/ListFolders", VIEWER, Span::Short),
    ("/plant.v1.FolderService/AddFolder", ADMIN, Span::Short),
    ("/plant.v1.FolderService/RemoveFolder", ADMIN, Span::Short),
    ("/plant.v1.FolderService/SetFolder", OPERATOR, Span::Short),
    ("/plant.v1.FolderService/TryFolder", OPERATOR, Span::Short),
    ("/plant.v1.FolderService/ConfirmFolder", ADMIN, Span::Short),
    ("/plant.v1.FileService/ListFiles", VIEWER, Span::Short),
    ("/plant.v1.FileService/GetFile", VIEWER, Span::Short),
    ("/plant.v1.FileService/ExplainFile", VIEWER, Span::Short),
    // It starts a worker as well, but one that ends at the line, and not many at once.
    ("/plant.v1.FileService/GetLine", VIEWER, Span::Short),
    ("/plant.v1.FileService/RetryFile", OPERATOR, Span::Short),
    ("/plant.v1.FileService/RetryFailed", OPERATOR, Span::Short),
    ("/plant.v1.FileService/AnswerFile", OPERATOR, Span::Short),
    ("/plant.v1.FileService/WithdrawFiles", OPERATOR, Span::Short),
    ("/plant.v1.FileService/RestoreFiles", OPERATOR, Span::Short),
    ("/plant.v1.FileService/RereadFiles", OPERATOR, Span::Short),
    ("/plant.v1.FileService/TryReread", OPERATOR, Span::Short),
    ("/plant.v1.FileService/PushFile", OPERATOR, Span::Upload),
    ("/plant.v1.ProfileService/ListProfiles", VIEWER, Span::Short),
    ("/plant.v1.ProfileService/GetProfile", VIEWER, Span::Short),
    ("/plant.v1.ProfileService/SaveProfile", OPERATOR, Span::Short),
    ("/plant.v1.ProfileService/TryProfile", OPERATOR, Span::Short),
    ("/plant.v1.ProfileService/CloneProfile", OPERATOR, Span::Short),
    ("/plant.v1.ProfileService/ArchiveProfile", OPERATOR, Span::Short),
    // It starts a worker that looks at the whole file, which a viewer may not.
    ("/plant.v1.ProfileService/SuggestProfile", OPERATOR, Span::Short),
    ("/plant.v1.RecordService/ListRecords", VIEWER, Span::Short),
    ("/plant.v1.SeriesService/ListSeries", VIEWER, Span::Short),
    ("/plant.v1.SeriesService/GetSeries", VIEWER, Span::Short),
    ("/plant.v1.SeriesService/SetSeries", OPERATOR, Span::Short),
    ("/plant.v1.SeriesService/MergeSeries", OPERATOR, Span::Short),
    ("/plant.v1.SeriesService/SplitSeries", OPERATOR, Span::Short),
    ("/plant.v1.SeriesService/MoveFile", OPERATOR, Span::Short),
    ("/plant.v1.AliasService/ListAliases", VIEWER, Span::Short),
    ("/plant.v1.AliasService/TryAlias", OPERATOR, Span::Short),
    ("/plant.v1.AliasService/AddAlias", OPERATOR, Span::Short),
    ("/plant.v1.AliasService/RemoveAlias", OPERATOR, Span::Short),
    ("/plant.v1.CalendarService/ListCalendars", VIEWER, Span::Short),
    ("/plant.v1.CalendarService/GetCalendar", VIEWER, Span::Short),
    ("/plant.v1.CalendarService/TryCalendar", OPERATOR, Span::Short),
    ("/plant.v1.CalendarService/SetCalendar", OPERATOR, Span::Short),
    ("/plant.v1.CalendarService/RemoveCalendar", OPERATOR, Span::Short),
    ("/plant.v1.ReferenceService/ListReferences", VIEWER, Span::Short),
    ("/plant.v1.ReferenceService/ListReferenceEntries", VIEWER, Span::Short),
    ("/plant.v1.MetricService/ListMetrics", VIEWER, Span::Short),
    ("/plant.v1.MetricService/GetMetric", VIEWER, Span::Short),
    ("/plant.v1.MetricService/QueryMetrics", VIEWER, Span::Short),
    ("/plant.v1.AnalysisService/ListAnalyses", VIEWER, Span::Short),
    ("/plant.v1.AnalysisService/GetAnalysis", VIEWER, Span::Short),
    ("/plant.v1.FindingService/ListFindings", VIEWER, Span::Short),
    ("/plant.v1.FindingService/GetFinding", VIEWER, Span::Short),
    ("/plant.v1.FindingService/GetSavings", VIEWER, Span::Short),
    ("/plant.v1.AssistantService/Ask", ANALYST, Span::Stream),
    ("/plant.v1.UsageService/GetUsage", VIEWER, Span::Short),
    ("/plant.v1.UsageService/ListAudit", ADMIN, Span::Short),
    ("/plant.v1.UsageService/VerifyAudit", ADMIN, Span::Short),
    ("/plant.v1.OrgService/CreateOrg", Need::HostAdmin, Span::Short),
    ("/plant.v1.OrgService/ListOrgs", Need::Known, Span::Short),
    ("/plant.v1.OrgService/GrantAccess", ADMIN, Span::Short),
    ("/plant.v1.OrgService/ListGrants", ADMIN, Span::Short),
    ("/plant.v1.OrgService/RevokeAccess", ADMIN, Span::Short),
    ("/plant.v1.OrgService/ListOperators", VIEWER, Span::Short),
    ("/plant.v1.OrgService/SetOperators", ADMIN, Span::Short),
    ("/plant.v1.OrgService/ResolveOperator", ADMIN, Span::Short),
];

/// What the call of that path takes; `None`: nobody may.
pub(super) fn method(path: &str) -> Option<(&'static str, Need, Span)> {
    METHODS.iter().copied().find(|(known, _, _)| *known == path)
}
