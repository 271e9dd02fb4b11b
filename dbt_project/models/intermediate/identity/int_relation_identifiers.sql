{{ config(materialized='handoff') }}

with

oa_events as (

    {{ sightings(ref('stg_wechat_oa__events'), columns=['oa_openid'], seen_at='occurred_at') }}

),

wecom_contacts as (

    select
        'wecom_event' as source,
        external_userid,
        occurred_at,
        _source_file,
        _line_number
    from {{ ref('stg_wecom__events') }}
    union all
    select
        'wecom_kf_message' as source,
        coalesce(external_userid, event_external_userid) as external_userid,
        occurred_at,
        _source_file,
        _line_number
    from {{ ref('stg_wecom__kf_messages') }}
    union all
    select
        'wecom_send_result' as source,
        external_userid,
        coalesce(sent_at, _exported_at) as occurred_at,
        _source_file,
        _line_number
    from {{ ref('stg_wecom__send_results') }}
    union all
    select
        'wecom_customer_id' as source,
        external_userid,
        _exported_at as occurred_at,
        _source_file,
        _line_number
    from {{ ref('stg_wecom__customer_ids') }}
    union all
    select
        'wecom_acquisition_customer' as source,
        external_userid,
        _exported_at as occurred_at,
        _source_file,
        _line_number
    from {{ ref('stg_wecom__acquisition_customers') }}

),

wecom_sightings as (

    {{ sightings('wecom_contacts', columns=['source', 'external_userid'], seen_at='occurred_at') }}

),

oa as (

    {{
        identifier_rows(
            'oa_events',
            source='wechat_oa_event',
            record="'wechat_oa_event:' || oa_openid",
            rule='oa_event',
            seen_at='seen_at',
            identifiers=[
                {'namespace': 'wechat_oa_openid', 'column': 'oa_openid', 'strength': 'strong'},
            ]
        )
    }}

),

wecom as (

    {{
        identifier_rows(
            'wecom_sightings',
            record="source || ':' || external_userid",
            rule='wecom_contact',
            seen_at='seen_at',
            identifiers=[
                {
                    'namespace': 'wecom_external_userid',
                    'column': 'external_userid',
                    'strength': 'strong',
                },
            ]
        )
    }}

),

final as (

    select * from oa
    union all
    select * from wecom

)

select * from final
