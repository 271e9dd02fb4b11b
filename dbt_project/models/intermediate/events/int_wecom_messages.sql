with

kf_messages as (

    select * from {{ ref('stg_wecom__kf_messages') }}

),

send_results as (

    select * from {{ ref('stg_wecom__send_results') }}
    where send_status = 1

),

final as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'wecom_kf_message' as source,
        'service' as channel,
        case origin
            when 3 then 'service_message'
            when 5 then 'service_reply'
            else 'service_session'
        end as kind,
        origin = 3 or coalesce(event_type = 'enter_session', false) as is_engagement,
        coalesce(event_type, msg_type) as event_name,
        body_text,
        coalesce(external_userid, event_external_userid) as identifier,
        occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from kf_messages
    union all
    select
        substr(_content_hash, 1, 24) as event_id,
        'wecom_send_result' as source,
        'wecom' as channel,
        'message_delivered' as kind,
        false as is_engagement,
        cast(null as string) as event_name,
        cast(null as string) as body_text,
        external_userid as identifier,
        sent_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from send_results
    where sent_at is not null

)

select * from final
