//! One method per call.

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::access::Role;
use plant_core::alias::AliasKind;
use plant_core::calendar::{Calendar, Version};
use plant_core::metric::MetricQuery;
use plant_core::model::{
    AccessChange, AliasEffect, AliasItem, AnalysisView, AuditEntry, AuditVerdict, CalendarEffect, CalendarItem,
    CalendarView, EventView, FileDetail, FileItem, FindingView, FolderView, GrantsView, LineView, MetricDetail,
    MetricInfo, MetricItem, OperatorName, OperatorsChange, OperatorsView, OrgView, Page, ProfileView, RecordView,
    ReferenceEntry, ReferenceItem, SavingsView, SeriesDetail, SeriesItem, StatusView, SuggestionView, TrialView,
    UsageView,
};
use plant_core::operator::Operators;
use plant_core::says::FolderSaying;
use plant_core::variable::Variable;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::Channel;

use super::{
    AskPart, AskStream, Client, ClientError, EntryFilter, EventStream, FileFilter, FindingFilter, Listing,
    RecordFilter, SaveProfile, SavedProfile, WhichFiles,
};
use crate::convert::{Cross, WireFault};
use crate::{REQUEST_MAX_BYTES, RESPONSE_MAX_BYTES, wire};

/// The services of the daemon, each with its client.
macro_rules! services {
    ($($service:ident: $module:ident::$client:ident;)+) => {
        impl Client {
            $(fn $service(&self) -> wire::$module::$client<Channel> {
                wire::$module::$client::new(self.channel.clone())
                    .max_decoding_message_size(RESPONSE_MAX_BYTES)
                    .max_encoding_message_size(REQUEST_MAX_BYTES)
            })+
        }
    };
}

services! {
    alias: alias_service_client::AliasServiceClient;
    analysis: analysis_service_client::AnalysisServiceClient;
    assistant: assistant_service_client::AssistantServiceClient;
    calendar: calendar_service_client::CalendarServiceClient;
    file: file_service_client::FileServiceClient;
    finding: finding_service_client::FindingServiceClient;
    folder: folder_service_client::FolderServiceClient;
    metric: metric_service_client::MetricServiceClient;
    org: org_service_client::OrgServiceClient;
    profile: profile_service_client::ProfileServiceClient;
    record: record_service_client::RecordServiceClient;
    reference: reference_service_client::ReferenceServiceClient;
    series: series_service_client::SeriesServiceClient;
    system: system_service_client::SystemServiceClient;
    usage: usage_service_client::UsageServiceClient;
}

/// Sends a message to a method of a service and gives the message of the answer.
macro_rules! call {
    ($self:ident.$service:ident.$method:ident($message:expr)) => {{
        let sent = $self.$service().$method($self.request($message)).await;
        sent.map_err(|status| $self.error(status))?.into_inner()
    }};
}

/// The same for a method whose answer is a stream, which may last.
macro_rules! follow {
    ($self:ident.$service:ident.$method:ident($message:expr)) => {{
        let sent = $self.$service().$method($self.open_request($message)).await;
        sent.map_err(|status| $self.error(status))?.into_inner()
    }};
}

/// Methods that send one message and read one field of the answer, or one page of a list.
macro_rules! calls {
    ($($(#[doc = $doc:literal])+
        fn $name:ident($($arg:ident: $type:ty),*) -> $given:ty = $service:ident, $how:ident $field:ident,
        $message:ident $fields:tt;)+) => {
        impl Client {
            $($(#[doc = $doc])+
            ///
            /// # Errors
            /// See [`ClientError`].
            pub async fn $name(&self $(, $arg: $type)*) -> Result<$given, ClientError> {
                let response = call!(self.$service.$name(wire::$message $fields));
                calls!(@$how response $field)
            })+
        }
    };
    (@read $response:ident $field:ident) => { read(stringify!($field), $response.$field) };
    (@page $response:ident $field:ident) => {
        page(stringify!($field), $response.$field, $response.next_page_token)
    };
}

/// Reads a field of an answer, naming it where it can't be read.
fn read<T: Cross<W>, W>(field: &str, wire: W) -> Result<T, ClientError> {
    T::from_wire(wire).map_err(|fault: WireFault| fault.at(field).into())
}

fn page<T: Cross<W>, W>(field: &str, items: Vec<W>, next: String) -> Result<Page<T>, ClientError> {
    Ok(Page {
        items: read(field, items)?,
        next_page: (!next.is_empty()).then_some(next),
    })
}

/// Groups of a query that are fetched where nobody says how many.
const GROUPS_MAX: u32 = 5_000;

/// Longest chain of pages that a call without paging follows.
const PAGES_MAX: usize = 1_000;

// Health, folders, queue and database; events.
calls! {
    /// How the daemon is.
    fn get_status() -> StatusView = system, read status, GetStatusRequest {};
}

impl Client {
    /// Follows what happens; `since` is the last event seen.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn watch_events(&self, since: Option<u64>) -> Result<EventStream, ClientError> {
        let stream = follow!(self.system.watch_events(wire::WatchEventsRequest { since }));
        let client = self.clone();
        Ok(Box::pin(stream.map(move |item| -> Result<EventView, ClientError> {
            read("event", item.map_err(|status| client.error(status))?.event)
        })))
    }
}

impl Client {
    /// Says where the exports of a folder come from, for rows that don't say it themselves; gives the folder and how many
    /// files are read again for it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn set_folder(&self, id_or_path: &str, saying: FolderSaying) -> Result<(FolderView, u64), ClientError> {
        let response = call!(self.folder.set_folder(wire::SetFolderRequest {
            folder: id_or_path.to_owned(),
            saying: saying.to_wire(),
        }));
        Ok((read("folder", response.folder)?, response.files))
    }
}

// Folders.
calls! {
    /// Watches one more folder; `path` is absolute, on the machine of the daemon; `mode` is `watch` or `poll`;
    /// files that were last changed before `since` are ignored.
    fn add_folder(path: &str, site: Option<&str>, mode: Option<&str>, since: Option<DateTime<Utc>>) -> FolderView = folder, read folder,
        AddFolderRequest {
            path: path.to_owned(),
            site: site.map(str::to_owned),
            mode: mode.unwrap_or_default().to_owned(),
            since: since.to_wire(),
        };

    /// What saying something else of a folder would make of its files; nothing is kept.
    fn try_folder(id_or_path: &str, saying: FolderSaying) -> TrialView = folder, read effect,
        TryFolderRequest { folder: id_or_path.to_owned(), saying: saying.to_wire() };

    /// Stops watching a folder, named by id or path; what was taken in stays.
    fn remove_folder(id_or_path: &str) -> FolderView = folder, read folder,
        RemoveFolderRequest { folder: id_or_path.to_owned() };

    /// Takes what stands at the path of a folder now for the right one, after it became another one.
    fn confirm_folder(id_or_path: &str) -> FolderView = folder, read folder,
        ConfirmFolderRequest { folder: id_or_path.to_owned() };
}

impl Client {
    /// The watched folders.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_folders(&self) -> Result<Vec<FolderView>, ClientError> {
        let mut folders = Vec::new();
        let mut page_token = String::new();
        for _ in 0..PAGES_MAX {
            let response = call!(self.folder.list_folders(wire::ListFoldersRequest {
                page_size: crate::PAGE_MAX,
                page_token,
            }));
            folders.extend(read::<Vec<FolderView>, _>("folders", response.folders)?);
            page_token = response.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(folders)
    }
}

// Files. A file is named by its id, a unique beginning of it (at least 4 characters), or its exact name.
calls! {
    /// Files, newest first.
    fn list_files(filter: FileFilter) -> Page<FileItem> = file, page files,
        ListFilesRequest {
            states: filter.states.to_wire(),
            folder: filter.folder,
            name: filter.name,
            since: filter.since.to_wire(),
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        };

    /// One file with everything known about it.
    fn get_file(file: &str) -> FileDetail = file, read file, GetFileRequest { file: file.to_owned() };

    /// One physical line (row, in a workbook) of a file as it was read, counted from 1.
    fn get_line(file: &str, line: u64) -> LineView = file, read line,
        GetLineRequest { file: file.to_owned(), line };

    /// Queues a file once more.
    fn retry_file(file: &str) -> FileItem = file, read file, RetryFileRequest { file: file.to_owned() };

    /// Decides the question of the series that the file belongs to; `choice` is one of the words that the question names.
    fn answer_file(file: &str, choice: &str) -> FileDetail = file, read file,
        AnswerFileRequest { file: file.to_owned(), choice: choice.to_owned() };

    /// Takes the rows of files out of count.
    fn withdraw_files(which: WhichFiles, why: &str) -> Vec<FileItem> = file, read files,
        WithdrawFilesRequest { which: Some(which.message()), why: why.to_owned() };

    /// Lets the rows of withdrawn files count again.
    fn restore_files(which: WhichFiles) -> Vec<FileItem> = file, read files,
        RestoreFilesRequest { which: Some(which.message()) };

    /// Reads files that are in once more, from their originals.
    fn reread_files(which: WhichFiles) -> Vec<FileItem> = file, read files,
        RereadFilesRequest { which: Some(which.message()) };

    /// What reading files again would make of them; nothing is kept.
    fn try_reread(which: WhichFiles) -> TrialView = file, read effect,
        TryRereadRequest { which: Some(which.message()) };
}

impl Client {
    /// Why it was read, held, ignored, called a duplicate: sentences.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn explain_file(&self, file: &str) -> Result<Vec<String>, ClientError> {
        let response = call!(
            self.file
                .explain_file(wire::ExplainFileRequest { file: file.to_owned() })
        );
        Ok(response.sentences)
    }

    /// Queues every failed file once more, and every analysis that was given up; gives how many there were.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn retry_failed(&self) -> Result<u64, ClientError> {
        let response = call!(self.file.retry_failed(wire::RetryFailedRequest {}));
        Ok(response.files)
    }

    /// Sends a file: `name` without a path, `folder` the id or path of a watched folder (absent: the daemon's inbox),
    /// and its bytes in pieces of at most 1 MiB. Where a piece can't be read, nothing is kept.
    ///
    /// # Errors
    /// See [`ClientError`]; [`ClientError::Source`] where a piece can't be read.
    pub async fn push_file<S>(&self, name: &str, folder: Option<&str>, chunks: S) -> Result<FileItem, ClientError>
    where
        S: Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static,
    {
        use wire::push_file_request::{End, Part, Start};

        let part = |part| wire::PushFileRequest { part: Some(part) };
        let start = part(Part::Start(Start {
            name: name.to_owned(),
            folder: folder.unwrap_or_default().to_owned(),
        }));
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        let feeder = tokio::spawn(async move {
            let mut chunks = std::pin::pin!(chunks);
            let mut bytes = 0u64;
            // A closed channel means that the daemon has refused; its answer says why.
            if sender.send(start).await.is_err() {
                return Ok(());
            }
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk?;
                bytes = bytes.saturating_add(chunk.len() as u64);
                if sender.send(part(Part::Chunk(chunk))).await.is_err() {
                    return Ok(());
                }
            }
            let _ = sender.send(part(Part::End(End { bytes }))).await;
            Ok::<(), std::io::Error>(())
        });
        let parts = tokio_stream::wrappers::ReceiverStream::new(receiver);
        let outcome = self.file().push_file(self.open_request(parts)).await;
        // The stream was dropped with the call, so the feeder ends; its own fault comes first, being the cause.
        if let Ok(Err(error)) = feeder.await {
            return Err(ClientError::Source {
                reason: error.to_string(),
            });
        }
        let response = outcome.map_err(|status| self.error(status))?.into_inner();
        read("file", response.file)
    }
}

// Series. A series is named by its id, a unique beginning of it, its name, or a file of it.
calls! {
    /// All series, those with a question first.
    fn list_series(listing: Listing) -> Page<SeriesItem> = series, page series,
        ListSeriesRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        };

    /// One series with its versions.
    fn get_series(series: &str) -> SeriesDetail = series, read series, GetSeriesRequest { series: series.to_owned() };

    /// Sets the mode or the rank (`auto`: by evidence), the key, or the columns that don't tell rows apart.
    fn set_series(series: &str, mode: Option<&str>, key: Option<&[Variable]>, ignore: Option<&[String]>, rank: Option<&str>) -> SeriesDetail
        = series, read series, SetSeriesRequest {
            series: series.to_owned(),
            mode: mode.map(str::to_owned),
            key: key.unwrap_or_default().iter().map(ToString::to_string).collect(),
            has_key: key.is_some(),
            rank: rank.map(str::to_owned),
            ignore: ignore.unwrap_or_default().to_vec(),
            has_ignore: ignore.is_some(),
        };

    /// Puts all versions of one series into another.
    fn merge_series(into: &str, from: &str) -> SeriesDetail = series, read series,
        MergeSeriesRequest { into: into.to_owned(), from: from.to_owned() };

    /// Puts some files of a series into a new one, which it gives.
    fn split_series(series: &str, files: &[String]) -> SeriesDetail = series, read series,
        SplitSeriesRequest { series: series.to_owned(), files: files.to_vec() };

    /// Puts one file into another series.
    fn move_file(file: &str, to: &str) -> SeriesDetail = series, read series,
        MoveFileRequest { file: file.to_owned(), to: to.to_owned() };
}

// Aliases of machines and products.
calls! {
    /// Those that were decided, then those that are suggested.
    fn list_aliases(listing: Listing) -> Page<AliasItem> = alias, page aliases, ListAliasesRequest {
        page_size: listing.limit.unwrap_or_default(),
        page_token: listing.page.unwrap_or_default(),
    };

    /// What an alias would change, or, without a canonical name, what taking it away would; nothing is kept.
    fn try_alias(kind: AliasKind, name: &str, canonical: Option<&str>) -> AliasEffect = alias, read effect,
        TryAliasRequest { kind: kind.to_wire(), name: name.to_owned(), canonical: canonical.map(str::to_owned) };

    /// Has a name go by another one; gives what that changes.
    fn add_alias(kind: AliasKind, name: &str, canonical: &str) -> AliasEffect = alias, read effect,
        AddAliasRequest { kind: kind.to_wire(), name: name.to_owned(), canonical: canonical.to_owned() };

    /// Has a name go by itself again; gives what that changes.
    fn remove_alias(kind: AliasKind, name: &str) -> AliasEffect = alias, read effect,
        RemoveAliasRequest { kind: kind.to_wire(), name: name.to_owned() };
}

// Calendars of sites.
calls! {
    /// Every version of every site.
    fn list_calendars(listing: Listing) -> Page<CalendarItem> = calendar, page calendars, ListCalendarsRequest {
        page_size: listing.limit.unwrap_or_default(),
        page_token: listing.page.unwrap_or_default(),
    };

    /// What is planned for a site.
    fn get_calendar(site: &str) -> CalendarView = calendar, read calendar,
        GetCalendarRequest { site: site.to_owned() };

    /// What a calendar would change, or, without one, what taking those of the site away would; nothing is kept.
    fn try_calendar(site: &str, from: Option<NaiveDate>, calendar: Option<Calendar>) -> CalendarEffect = calendar,
        read effect,
        TryCalendarRequest { site: site.to_owned(), from: from.to_wire(), calendar: calendar.to_wire() };

    /// Has a calendar hold for a site from a day on; gives what that changes.
    fn set_calendar(version: Version) -> CalendarEffect = calendar, read effect, SetCalendarRequest {
        site: version.site,
        from: version.from.to_wire(),
        calendar: version.calendar.to_wire(),
    };

    /// Has the calendar of a site that begins on a day, or all of the site, hold no longer; gives what that changes.
    fn remove_calendar(site: &str, from: Option<NaiveDate>) -> CalendarEffect = calendar, read effect,
        RemoveCalendarRequest { site: site.to_owned(), from: from.to_wire() };
}

// Reference lists.
calls! {
    /// What is known of each variable, by what names the things.
    fn list_references(listing: Listing) -> Page<ReferenceItem> = reference, page references,
        ListReferencesRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        };

    /// What files tell of one variable, thing by thing.
    fn list_reference_entries(filter: EntryFilter) -> Page<ReferenceEntry> = reference, page entries,
        ListReferenceEntriesRequest {
            kind: filter.kind,
            filters: filter.filters.into_iter().map(condition).collect(),
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        };
}

fn condition((variable, value): (Variable, String)) -> wire::VariableFilter {
    wire::VariableFilter {
        variable: variable.to_wire(),
        value,
    }
}

// Profiles. A profile is named by its id, a unique beginning of it, or its name.
calls! {
    /// The newest version of each profile.
    fn list_profiles(include_archived: bool, listing: Listing) -> Page<ProfileView> = profile, page profiles,
        ListProfilesRequest {
            include_archived,
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        };

    /// A profile; absent `version`: the newest.
    fn get_profile(profile: &str, version: Option<u32>) -> ProfileView = profile, read profile,
        GetProfileRequest { profile: profile.to_owned(), version };

    /// Copies the newest version of a profile under another name.
    fn clone_profile(profile: &str, name: &str) -> ProfileView = profile, read profile,
        CloneProfileRequest { profile: profile.to_owned(), name: name.to_owned() };

    /// Uses a profile no longer for new files.
    fn archive_profile(profile: &str) -> ProfileView = profile, read profile,
        ArchiveProfileRequest { profile: profile.to_owned() };
}

impl Client {
    /// Saves a new version and queues the held files that fit it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn save_profile(&self, save: SaveProfile) -> Result<SavedProfile, ClientError> {
        let response = call!(self.profile.save_profile(to_save(save)));
        Ok(SavedProfile {
            profile: read("profile", response.profile)?,
            queued_files: response.queued_file_ids,
        })
    }

    /// What saving it would make of the files that are there; nothing is saved.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn try_profile(&self, save: SaveProfile) -> Result<TrialView, ClientError> {
        let response = call!(self.profile.try_profile(wire::TryProfileRequest {
            save: Some(to_save(save)),
        }));
        read("effect", response.effect)
    }

    /// What the columns of a file could be.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn suggest_profile(&self, file: &str) -> Result<SuggestionView, ClientError> {
        read(
            "suggestion",
            call!(
                self.profile
                    .suggest_profile(wire::SuggestProfileRequest { file: file.to_owned() })
            )
            .suggestion,
        )
    }
}

// Records and metrics.
calls! {
    /// One metric of the catalogue with what it is made of; `metric` is its id.
    fn get_metric(metric: &str) -> MetricDetail = metric, read metric, GetMetricRequest { metric: metric.to_owned() };
}

impl Client {
    /// Rows as they were taken in.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_records(&self, filter: RecordFilter) -> Result<Page<RecordView>, ClientError> {
        let filters = filter.filters.into_iter().map(condition).collect();
        let response = call!(self.record.list_records(wire::ListRecordsRequest {
            file: filter.file,
            filters,
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        }));
        page("records", response.records, response.next_page_token)
    }

    /// The catalogue.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_metrics(&self) -> Result<Vec<MetricInfo>, ClientError> {
        let mut metrics = Vec::new();
        let mut page_token = String::new();
        for _ in 0..PAGES_MAX {
            let response = call!(self.metric.list_metrics(wire::ListMetricsRequest {
                page_size: crate::PAGE_MAX,
                page_token,
            }));
            metrics.extend(read::<Vec<MetricInfo>, _>("metrics", response.metrics)?);
            page_token = response.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(metrics)
    }

    /// Figures of a typed query.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn query_metrics(&self, query: MetricQuery) -> Result<Vec<MetricItem>, ClientError> {
        Ok(self.query_groups(query, 0, GROUPS_MAX).await?.0)
    }

    /// The figures of at most `most` groups of a query after the first `skip`, and whether more follow.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn query_groups(
        &self,
        query: MetricQuery,
        skip: u32,
        most: u32,
    ) -> Result<(Vec<MetricItem>, bool), ClientError> {
        let end = skip.saturating_add(most);
        let (mut items, mut next) = (Vec::new(), skip);
        loop {
            let response = call!(self.metric.query_metrics(wire::QueryMetricsRequest {
                query: query.clone().to_wire(),
                page_size: (end - next).min(crate::PAGE_MAX),
                page_token: next.to_string(),
            }));
            items.extend(read::<Vec<MetricItem>, _>("items", response.items)?);
            let token = response.next_page_token;
            if token.is_empty() {
                return Ok((items, false));
            }
            // A page that does not lead on is none of this protocol.
            let further = token.parse().ok().filter(|further| *further > next);
            next = further.ok_or_else(|| ClientError::Mismatch {
                message: format!(
                    "the page token {token:?} can't be read; use `plant` and `plantd` of the same version"
                ),
            })?;
            if next >= end {
                return Ok((items, true));
            }
        }
    }
}

// Analyses, findings, savings.
calls! {
    /// Analyses, newest first, without their analyzers; `file` only those of a file.
    fn list_analyses(file: Option<&str>, listing: Listing) -> Page<AnalysisView> = analysis, page analyses,
        ListAnalysesRequest {
            file: file.map(str::to_owned),
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        };

    /// One analysis with its analyzers; a file stands for its newest analysis.
    fn get_analysis(analysis: &str) -> AnalysisView = analysis, read analysis,
        GetAnalysisRequest { analysis: analysis.to_owned() };

    /// Findings, the weightiest first.
    fn list_findings(filter: FindingFilter) -> Page<FindingView> = finding, page findings,
        ListFindingsRequest {
            analyzer: filter.analyzer.to_wire(),
            state: filter.state.to_wire(),
            with_saving: filter.with_saving,
            analysis: filter.analysis,
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        };

    /// One finding with its evidence.
    fn get_finding(finding: &str) -> FindingView = finding, read finding,
        GetFindingRequest { finding: finding.to_owned() };

    /// The ledger of savings.
    fn get_savings() -> SavingsView = finding, read savings, GetSavingsRequest {};
}

/// Questions.
impl Client {
    /// Asks a question; `about` is the id of a file, an analysis or a finding.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn ask(&self, question: &str, about: Option<&str>) -> Result<AskStream, ClientError> {
        self.ask_after(question, about, &[]).await
    }

    /// Asks a question that follows on earlier ones (oldest first), so that `and by shift?` is understood.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn ask_after(
        &self,
        question: &str,
        about: Option<&str>,
        earlier: &[String],
    ) -> Result<AskStream, ClientError> {
        use wire::ask_response::Part;

        let stream = follow!(self.assistant.ask(wire::AskRequest {
            question: question.to_owned(),
            about: about.map(str::to_owned),
            earlier_questions: earlier.to_vec(),
        }));
        let client = self.clone();
        Ok(Box::pin(stream.map(move |item| -> Result<AskPart, ClientError> {
            let part = item.map_err(|status| client.error(status))?.part;
            match part.ok_or_else(|| WireFault::missing().at("part"))? {
                Part::Text(text) => Ok(AskPart::Text(text)),
                Part::Done(answer) => Ok(AskPart::Done(Box::new(read("done", answer)?))),
            }
        })))
    }
}

// Use, audit, orgs.
calls! {
    /// Use of a month `YYYY-MM`; absent: the running one.
    fn get_usage(month: Option<&str>) -> UsageView = usage, read usage,
        GetUsageRequest { month: month.map(str::to_owned) };

    /// The audit log, newest first.
    fn list_audit(listing: Listing) -> Page<AuditEntry> = usage, page entries,
        ListAuditRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        };

    /// Whether the chain of the audit log holds.
    fn verify_audit() -> AuditVerdict = usage, read verdict, VerifyAuditRequest {};

    /// Makes an org.
    fn create_org(name: &str, zone: &str, currency: Option<&str>) -> OrgView = org, read org,
        CreateOrgRequest { name: name.to_owned(), zone: zone.to_owned(), currency: currency.map(str::to_owned) };

    /// Gives an account (`unix:<uid>` or a name) a role in the org that this client selects; the role before it is
    /// replaced.
    fn grant_access(account: &str, role: Role) -> AccessChange = org, read change,
        GrantAccessRequest { account: account.to_owned(), role: role.to_wire() };

    /// Takes the explicit grant of an account in the org that this client selects away; its open streams end.
    fn revoke_access(account: &str) -> AccessChange = org, read change,
        RevokeAccessRequest { account: account.to_owned() };

    /// Keeps operators by codes or by names from now on; files that name some are read again.
    fn set_operators(kept: Operators) -> OperatorsChange = org, read change,
        SetOperatorsRequest { kept: kept.to_wire() };

    /// Who the operator of a code is, for administrators; it is written into the audit log.
    fn resolve_operator(operator: &str) -> OperatorName = org, read operator,
        ResolveOperatorRequest { operator: operator.to_owned() };
}

impl Client {
    /// The orgs that the caller may see.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_orgs(&self) -> Result<Vec<OrgView>, ClientError> {
        let mut orgs = Vec::new();
        let mut page_token = String::new();
        for _ in 0..PAGES_MAX {
            let response = call!(self.org.list_orgs(wire::ListOrgsRequest {
                page_size: crate::PAGE_MAX,
                page_token,
            }));
            orgs.extend(read::<Vec<OrgView>, _>("orgs", response.orgs)?);
            page_token = response.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(orgs)
    }

    /// Who may do what in the org that this client selects, by principal.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_grants(&self, listing: Listing) -> Result<GrantsView, ClientError> {
        let response = call!(self.org.list_grants(wire::ListGrantsRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        }));
        let page = page("grants", response.grants, response.next_page_token)?;
        Ok(GrantsView {
            items: page.items,
            next_page: page.next_page,
            implied: response.implied,
        })
    }
}

impl Client {
    /// How operators are kept, and those that rows name, in their order.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_operators(&self, listing: Listing) -> Result<OperatorsView, ClientError> {
        let response = call!(self.org.list_operators(wire::ListOperatorsRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        }));
        let page = page("operators", response.operators, response.next_page_token)?;
        Ok(OperatorsView {
            kept: read("kept", response.kept)?,
            since: read("since", response.since)?,
            by: response.by,
            items: page.items,
            next_page: page.next_page,
        })
    }
}

/// The request that saves a profile, or tries it.
fn to_save(save: SaveProfile) -> wire::SaveProfileRequest {
    wire::SaveProfileRequest {
        name: save.name,
        from_file: save.from,
        sets: save.sets,
        outputs: save.outputs,
        steps: save.steps,
        series_steps: save.series_steps,
        required: save.required,
        settings: save.settings.to_wire(),
        profile: save.profile.to_wire(),
        expected_version: save.expected_version,
    }
}
