with

taobao_ratings as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'taobao_rating' as source,
        'taobao' as channel,
        'review' as kind,
        true as is_engagement,
        item_title as subject,
        body_text,
        rating,
        cast(null as string) as namespace,
        cast(null as string) as identifier,
        'order:' || order_id as record_id,
        rated_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_taobao__ratings') }}
    where coalesce(rater_role, 'buyer') = 'buyer'

),

dianping_reviews as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'dianping_review' as source,
        'dianping' as channel,
        'review' as kind,
        true as is_engagement,
        store_name as subject,
        body_text,
        {{ stars_rating("replace(stars, '星', '')") }} as rating,
        cast(null as string) as namespace,
        cast(null as string) as identifier,
        cast(null as string) as record_id,
        reviewed_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_dianping__reviews') }}

),

weibo_comments as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'weibo_comment' as source,
        'weibo' as channel,
        'comment' as kind,
        true as is_engagement,
        status_id as subject,
        body_text,
        cast(null as string) as rating,
        cast(null as string) as namespace,
        cast(null as string) as identifier,
        cast(null as string) as record_id,
        commented_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_weibo__comments') }}

),

tickets as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'zendesk_ticket' as source,
        'service' as channel,
        'ticket' as kind,
        true as is_engagement,
        subject,
        body_text,
        -- `offered` and `unoffered` tell that nobody answered
        case
            when satisfaction like 'good%' then 'good'
            when satisfaction like 'bad%' then 'bad'
        end as rating,
        cast(null as string) as namespace,
        cast(null as string) as identifier,
        cast(null as string) as record_id,
        created_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_zendesk__tickets') }}

),

final as (

    select * from taobao_ratings
    union all
    select * from dianping_reviews
    union all
    select * from weibo_comments
    union all
    select * from tickets

)

select * from final
