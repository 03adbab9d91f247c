//! Calendars of sites: shown, tried, set and taken away.

mod change;
mod get_calendar;
mod list_calendars;
mod remove_calendar;
mod set_calendar;
mod try_calendar;

use plant_proto::wire;
use plant_proto::wire::calendar_service_server::CalendarService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl CalendarService for Rpc {
    async fn list_calendars(
        &self,
        request: Request<wire::ListCalendarsRequest>,
    ) -> Result<Response<wire::ListCalendarsResponse>, Status> {
        answer(&self.app, request, list_calendars::handle).await
    }

    async fn get_calendar(
        &self,
        request: Request<wire::GetCalendarRequest>,
    ) -> Result<Response<wire::GetCalendarResponse>, Status> {
        answer(&self.app, request, get_calendar::handle).await
    }

    async fn try_calendar(
        &self,
        request: Request<wire::TryCalendarRequest>,
    ) -> Result<Response<wire::TryCalendarResponse>, Status> {
        answer(&self.app, request, try_calendar::handle).await
    }

    async fn set_calendar(
        &self,
        request: Request<wire::SetCalendarRequest>,
    ) -> Result<Response<wire::SetCalendarResponse>, Status> {
        answer(&self.app, request, set_calendar::handle).await
    }

    async fn remove_calendar(
        &self,
        request: Request<wire::RemoveCalendarRequest>,
    ) -> Result<Response<wire::RemoveCalendarResponse>, Status> {
        answer(&self.app, request, remove_calendar::handle).await
    }
}
