{{ config(materialized='handoff') }}

with

tracked_sightings as (

    {{
        sightings(
            ref('int_tracked_combinations'),
            columns=tracked_ids(),
            seen_at='seen_at'
        )
    }}

),

ruled as (

    select
        *,
        case record_kind when 'event' then 'tracked_event' else record_kind end as rule
    from tracked_sightings

),

final as (

    {{
        identifier_rows(
            'ruled',
            record="concat_ws('|', source || ':' || record_kind, app_user_id, anonymous_id, unionid, phone, email)",
            seen_at='seen_at',
            identifiers=[
                {'namespace': 'app_user_id', 'column': 'app_user_id', 'strength': 'strong'},
                {'namespace': 'anonymous_id', 'column': 'anonymous_id', 'strength': 'candidate'},
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
                {'namespace': 'phone', 'column': 'phone', 'strength': 'strong'},
                {'namespace': 'email', 'column': 'email', 'strength': 'strong'},
            ]
        )
    }}

)

select * from final
