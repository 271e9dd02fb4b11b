with

form_entries as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'jinshuju_entry' as source,
        'survey' as channel,
        'survey_answer' as kind,
        true as is_engagement,
        form_name as subject,
        cast(null as string) as body_text,
        cast(null as string) as rating,
        case
            when unionid is not null then 'wechat_unionid'
            when oa_openid is not null then 'wechat_oa_openid'
            else 'phone'
        end as namespace,
        coalesce(unionid, oa_openid, phone) as identifier,
        'jinshuju_entry:' || form_id || ':' || entry_no as record_id,
        submitted_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_jinshuju__entries') }}

),

form_users as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'linkwechat_survey_user' as source,
        'survey' as channel,
        'survey_answer' as kind,
        true as is_engagement,
        channel as subject,
        cast(null as string) as body_text,
        cast(null as string) as rating,
        case
            when unionid is not null then 'wechat_unionid'
            when oa_openid is not null then 'wechat_oa_openid'
            else 'phone'
        end as namespace,
        coalesce(unionid, oa_openid, phone) as identifier,
        'linkwechat_survey_user:' || _content_hash as record_id,
        submitted_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_linkwechat__survey_users') }}

),

survey_answers as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'wjx_answers' as source,
        'survey' as channel,
        'survey_answer' as kind,
        true as is_engagement,
        cast(null as string) as subject,
        cast(null as string) as body_text,
        {{ stars_rating('satisfaction') }} as rating,
        'phone' as namespace,
        phone as identifier,
        'wjx_answers:' || answer_no || ':' || cast(submitted_at as string) as record_id,
        submitted_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_wjx__answers') }}

),

-- asking to be left alone is no sign of interest
sms_replies as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'sms_reply' as source,
        'sms' as channel,
        'sms_reply' as kind,
        not {{ is_opt_out('body_text') }} as is_engagement,
        cast(null as string) as subject,
        body_text,
        cast(null as string) as rating,
        'phone' as namespace,
        phone as identifier,
        cast(null as string) as record_id,
        received_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_sms__replies') }}

),

final as (

    select * from form_entries
    union all
    select * from form_users
    union all
    select * from survey_answers
    union all
    select * from sms_replies

)

select * from final
