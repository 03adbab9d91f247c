//! One method per call.

use plant_core::access::Role;
use plant_core::metric::MetricQuery;
use plant_core::model::{
    AccessChange, AnalysisView, AuditEntry, AuditVerdict, EventView, FileDetail, FileItem, FindingView, FolderView,
    GrantsView, MetricInfo, MetricItem, OrgView, Page, ProfileView, RecordView, SavingsView, StatusView,
    SuggestionView, UsageView,
};
use tokio_stream::{Stream, StreamExt};

use super::{
    AskPart, AskStream, Client, ClientError, EventStream, FileFilter, FindingFilter, Listing, RecordFilter,
    SaveProfile, SavedProfile,
};
use crate::convert::{Cross, WireFault};
use crate::{REQUEST_MAX_BYTES, RESPONSE_MAX_BYTES, wire};

/// Calls a method of a service and gives the message of the answer.
macro_rules! call {
    ($self:ident, $module:ident, $client:ident, $method:ident, $request:expr) => {
        wire::$module::$client::new($self.channel.clone())
            .max_decoding_message_size(RESPONSE_MAX_BYTES)
            .max_encoding_message_size(REQUEST_MAX_BYTES)
            .$method($request)
            .await
            .map_err(|status| $self.error(status))?
            .into_inner()
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

/// Health, folders, queue and database; events.
impl Client {
    /// How the daemon is.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_status(&self) -> Result<StatusView, ClientError> {
        let request = self.request(wire::GetStatusRequest {});
        let response = call!(self, system_service_client, SystemServiceClient, get_status, request);
        read("status", response.status)
    }

    /// Follows what happens; `since` is the last event seen.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn watch_events(&self, since: Option<u64>) -> Result<EventStream, ClientError> {
        let request = self.open_request(wire::WatchEventsRequest { since });
        let stream = call!(self, system_service_client, SystemServiceClient, watch_events, request);
        let client = self.clone();
        Ok(Box::pin(stream.map(move |item| -> Result<EventView, ClientError> {
            read("event", item.map_err(|status| client.error(status))?.event)
        })))
    }
}

/// Folders.
impl Client {
    /// The watched folders.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_folders(&self) -> Result<Vec<FolderView>, ClientError> {
        let mut folders = Vec::new();
        let mut page_token = String::new();
        for _ in 0..PAGES_MAX {
            let request = self.request(wire::ListFoldersRequest {
                page_size: crate::PAGE_MAX,
                page_token,
            });
            let response = call!(self, folder_service_client, FolderServiceClient, list_folders, request);
            folders.extend(read::<Vec<FolderView>, _>("folders", response.folders)?);
            page_token = response.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(folders)
    }

    /// Watches one more folder; `path` is absolute, on the machine of the daemon; `mode` is `watch` or `poll`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn add_folder(
        &self,
        path: &str,
        site: Option<&str>,
        mode: Option<&str>,
    ) -> Result<FolderView, ClientError> {
        let request = self.request(wire::AddFolderRequest {
            path: path.to_owned(),
            site: site.map(str::to_owned),
            mode: mode.unwrap_or_default().to_owned(),
        });
        let response = call!(self, folder_service_client, FolderServiceClient, add_folder, request);
        read("folder", response.folder)
    }

    /// Stops watching a folder, named by id or path; what was taken in stays.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_folder(&self, id_or_path: &str) -> Result<FolderView, ClientError> {
        let request = self.request(wire::RemoveFolderRequest {
            folder: id_or_path.to_owned(),
        });
        let response = call!(self, folder_service_client, FolderServiceClient, remove_folder, request);
        read("folder", response.folder)
    }

    /// Takes what stands at the path of a folder now for the right one, after it became another one.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn confirm_folder(&self, id_or_path: &str) -> Result<FolderView, ClientError> {
        let request = self.request(wire::ConfirmFolderRequest {
            folder: id_or_path.to_owned(),
        });
        let response = call!(
            self,
            folder_service_client,
            FolderServiceClient,
            confirm_folder,
            request
        );
        read("folder", response.folder)
    }
}

/// Files. A file is named by its id, a unique beginning of it (at least 4 characters), or its exact name.
impl Client {
    /// Files, newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_files(&self, filter: FileFilter) -> Result<Page<FileItem>, ClientError> {
        let request = self.request(wire::ListFilesRequest {
            states: filter.states.to_wire(),
            folder: filter.folder,
            name: filter.name,
            since: filter.since.to_wire(),
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        });
        let response = call!(self, file_service_client, FileServiceClient, list_files, request);
        page("files", response.files, response.next_page_token)
    }

    /// One file with everything known about it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_file(&self, file: &str) -> Result<FileDetail, ClientError> {
        let request = self.request(wire::GetFileRequest { file: file.to_owned() });
        let response = call!(self, file_service_client, FileServiceClient, get_file, request);
        read("file", response.file)
    }

    /// Why it was read, held, ignored, called a duplicate: sentences.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn explain_file(&self, file: &str) -> Result<Vec<String>, ClientError> {
        let request = self.request(wire::ExplainFileRequest { file: file.to_owned() });
        let response = call!(self, file_service_client, FileServiceClient, explain_file, request);
        Ok(response.sentences)
    }

    /// Queues a file once more.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn retry_file(&self, file: &str) -> Result<FileItem, ClientError> {
        let request = self.request(wire::RetryFileRequest { file: file.to_owned() });
        let response = call!(self, file_service_client, FileServiceClient, retry_file, request);
        read("file", response.file)
    }

    /// Queues every failed file once more, and every analysis that was given up; gives how many there were.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn retry_failed(&self) -> Result<u64, ClientError> {
        let request = self.request(wire::RetryFailedRequest {});
        let response = call!(self, file_service_client, FileServiceClient, retry_failed, request);
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
        let outcome = wire::file_service_client::FileServiceClient::new(self.channel.clone())
            .max_decoding_message_size(RESPONSE_MAX_BYTES)
            .max_encoding_message_size(REQUEST_MAX_BYTES)
            .push_file(self.open_request(parts))
            .await;
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

/// Profiles. A profile is named by its id, a unique beginning of it, or its name.
impl Client {
    /// The newest version of each profile.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_profiles(
        &self,
        include_archived: bool,
        listing: Listing,
    ) -> Result<Page<ProfileView>, ClientError> {
        let request = self.request(wire::ListProfilesRequest {
            include_archived,
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        });
        let response = call!(
            self,
            profile_service_client,
            ProfileServiceClient,
            list_profiles,
            request
        );
        page("profiles", response.profiles, response.next_page_token)
    }

    /// A profile; absent `version`: the newest.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_profile(&self, profile: &str, version: Option<u32>) -> Result<ProfileView, ClientError> {
        let request = self.request(wire::GetProfileRequest {
            profile: profile.to_owned(),
            version,
        });
        let response = call!(self, profile_service_client, ProfileServiceClient, get_profile, request);
        read("profile", response.profile)
    }

    /// Saves a new version and queues the held files that fit it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn save_profile(&self, save: SaveProfile) -> Result<SavedProfile, ClientError> {
        let request = self.request(wire::SaveProfileRequest {
            name: save.name,
            from_file: save.from,
            sets: save.sets,
            required: save.required,
            settings: save.settings.to_wire(),
            profile: save.profile.to_wire(),
            expected_version: save.expected_version,
        });
        let response = call!(
            self,
            profile_service_client,
            ProfileServiceClient,
            save_profile,
            request
        );
        Ok(SavedProfile {
            profile: read("profile", response.profile)?,
            queued_files: response.queued_file_ids,
        })
    }

    /// Copies the newest version of a profile under another name.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn clone_profile(&self, profile: &str, name: &str) -> Result<ProfileView, ClientError> {
        let request = self.request(wire::CloneProfileRequest {
            profile: profile.to_owned(),
            name: name.to_owned(),
        });
        let response = call!(
            self,
            profile_service_client,
            ProfileServiceClient,
            clone_profile,
            request
        );
        read("profile", response.profile)
    }

    /// Uses a profile no longer for new files.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn archive_profile(&self, profile: &str) -> Result<ProfileView, ClientError> {
        let request = self.request(wire::ArchiveProfileRequest {
            profile: profile.to_owned(),
        });
        let response = call!(
            self,
            profile_service_client,
            ProfileServiceClient,
            archive_profile,
            request
        );
        read("profile", response.profile)
    }

    /// What the columns of a file could be.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn suggest_profile(&self, file: &str) -> Result<SuggestionView, ClientError> {
        let request = self.request(wire::SuggestProfileRequest { file: file.to_owned() });
        let response = call!(
            self,
            profile_service_client,
            ProfileServiceClient,
            suggest_profile,
            request
        );
        read("suggestion", response.suggestion)
    }
}

/// Records and metrics.
impl Client {
    /// Rows as they were taken in.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_records(&self, filter: RecordFilter) -> Result<Page<RecordView>, ClientError> {
        let filters = filter
            .filters
            .into_iter()
            .map(|(variable, value)| wire::VariableFilter {
                variable: variable.to_wire(),
                value,
            })
            .collect();
        let request = self.request(wire::ListRecordsRequest {
            file: filter.file,
            filters,
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        });
        let response = call!(self, record_service_client, RecordServiceClient, list_records, request);
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
            let request = self.request(wire::ListMetricsRequest {
                page_size: crate::PAGE_MAX,
                page_token,
            });
            let response = call!(self, metric_service_client, MetricServiceClient, list_metrics, request);
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
            let request = self.request(wire::QueryMetricsRequest {
                query: query.clone().to_wire(),
                page_size: (end - next).min(crate::PAGE_MAX),
                page_token: next.to_string(),
            });
            let response = call!(self, metric_service_client, MetricServiceClient, query_metrics, request);
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

/// Analyses, findings, savings.
impl Client {
    /// Analyses, newest first, without their analyzers; `file` only those of a file.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_analyses(&self, file: Option<&str>, listing: Listing) -> Result<Page<AnalysisView>, ClientError> {
        let request = self.request(wire::ListAnalysesRequest {
            file: file.map(str::to_owned),
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        });
        let response = call!(
            self,
            analysis_service_client,
            AnalysisServiceClient,
            list_analyses,
            request
        );
        page("analyses", response.analyses, response.next_page_token)
    }

    /// One analysis with its analyzers; a file stands for its newest analysis.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_analysis(&self, analysis: &str) -> Result<AnalysisView, ClientError> {
        let request = self.request(wire::GetAnalysisRequest {
            analysis: analysis.to_owned(),
        });
        let response = call!(
            self,
            analysis_service_client,
            AnalysisServiceClient,
            get_analysis,
            request
        );
        read("analysis", response.analysis)
    }

    /// Findings, the weightiest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_findings(&self, filter: FindingFilter) -> Result<Page<FindingView>, ClientError> {
        let request = self.request(wire::ListFindingsRequest {
            analyzer: filter.analyzer.to_wire(),
            state: filter.state.to_wire(),
            with_saving: filter.with_saving,
            analysis: filter.analysis,
            page_size: filter.limit.unwrap_or_default(),
            page_token: filter.page.unwrap_or_default(),
        });
        let response = call!(
            self,
            finding_service_client,
            FindingServiceClient,
            list_findings,
            request
        );
        page("findings", response.findings, response.next_page_token)
    }

    /// One finding with its evidence.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_finding(&self, finding: &str) -> Result<FindingView, ClientError> {
        let request = self.request(wire::GetFindingRequest {
            finding: finding.to_owned(),
        });
        let response = call!(self, finding_service_client, FindingServiceClient, get_finding, request);
        read("finding", response.finding)
    }

    /// The ledger of savings.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_savings(&self) -> Result<SavingsView, ClientError> {
        let request = self.request(wire::GetSavingsRequest {});
        let response = call!(self, finding_service_client, FindingServiceClient, get_savings, request);
        read("savings", response.savings)
    }
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

        let request = self.open_request(wire::AskRequest {
            question: question.to_owned(),
            about: about.map(str::to_owned),
            earlier_questions: earlier.to_vec(),
        });
        let stream = call!(self, assistant_service_client, AssistantServiceClient, ask, request);
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

/// Use, audit, orgs.
impl Client {
    /// Use of a month `YYYY-MM`; absent: the running one.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_usage(&self, month: Option<&str>) -> Result<UsageView, ClientError> {
        let request = self.request(wire::GetUsageRequest {
            month: month.map(str::to_owned),
        });
        let response = call!(self, usage_service_client, UsageServiceClient, get_usage, request);
        read("usage", response.usage)
    }

    /// The audit log, newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_audit(&self, listing: Listing) -> Result<Page<AuditEntry>, ClientError> {
        let request = self.request(wire::ListAuditRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        });
        let response = call!(self, usage_service_client, UsageServiceClient, list_audit, request);
        page("entries", response.entries, response.next_page_token)
    }

    /// Whether the chain of the audit log holds.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn verify_audit(&self) -> Result<AuditVerdict, ClientError> {
        let request = self.request(wire::VerifyAuditRequest {});
        let response = call!(self, usage_service_client, UsageServiceClient, verify_audit, request);
        read("verdict", response.verdict)
    }

    /// Makes an org.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_org(&self, name: &str, zone: &str, currency: Option<&str>) -> Result<OrgView, ClientError> {
        let request = self.request(wire::CreateOrgRequest {
            name: name.to_owned(),
            zone: zone.to_owned(),
            currency: currency.map(str::to_owned),
        });
        let response = call!(self, org_service_client, OrgServiceClient, create_org, request);
        read("org", response.org)
    }

    /// The orgs that the caller may see.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_orgs(&self) -> Result<Vec<OrgView>, ClientError> {
        let mut orgs = Vec::new();
        let mut page_token = String::new();
        for _ in 0..PAGES_MAX {
            let request = self.request(wire::ListOrgsRequest {
                page_size: crate::PAGE_MAX,
                page_token,
            });
            let response = call!(self, org_service_client, OrgServiceClient, list_orgs, request);
            orgs.extend(read::<Vec<OrgView>, _>("orgs", response.orgs)?);
            page_token = response.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(orgs)
    }

    /// Gives an account (`unix:<uid>` or a name) a role in the org that this client selects; the role before it is
    /// replaced.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn grant_access(&self, account: &str, role: Role) -> Result<AccessChange, ClientError> {
        let request = self.request(wire::GrantAccessRequest {
            account: account.to_owned(),
            role: role.to_wire(),
        });
        let response = call!(self, org_service_client, OrgServiceClient, grant_access, request);
        read("change", response.change)
    }

    /// Takes the explicit grant of an account in the org that this client selects away; its open streams end.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn revoke_access(&self, account: &str) -> Result<AccessChange, ClientError> {
        let request = self.request(wire::RevokeAccessRequest {
            account: account.to_owned(),
        });
        let response = call!(self, org_service_client, OrgServiceClient, revoke_access, request);
        read("change", response.change)
    }

    /// Who may do what in the org that this client selects, by principal.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_grants(&self, listing: Listing) -> Result<GrantsView, ClientError> {
        let request = self.request(wire::ListGrantsRequest {
            page_size: listing.limit.unwrap_or_default(),
            page_token: listing.page.unwrap_or_default(),
        });
        let response = call!(self, org_service_client, OrgServiceClient, list_grants, request);
        let page = page("grants", response.grants, response.next_page_token)?;
        Ok(GrantsView {
            items: page.items,
            next_page: page.next_page,
            implied: response.implied,
        })
    }
}
